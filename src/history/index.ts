export { DATABASE_FILE, History, type Batch, type HistoryLog, type HistoryOptions } from './history.ts'
export type { EventsAnswer, EventsQuestion, KeptEvent } from './events.ts'
