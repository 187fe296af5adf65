export { isDown, type LineNow, type Picture } from './incidents.ts'
export { keptText, nothingKept, parseKept, type Kept } from './kept.ts'
export type { Message } from './message.ts'
export {
  EMPTY,
  delivered,
  failed,
  hopeful,
  next,
  put,
  refused,
  type Next,
  type Outbox,
  type Parcel,
} from './outbox.ts'
export { quietUntil } from './quiet-hours.ts'
export {
  answerOf,
  messageDocument,
  rendered,
  requestFor,
  scrubbed,
  type Rendered,
  type Secrets,
  type Setting,
  type WebRequest,
} from './request.ts'
export { testText } from './texts.ts'
export { tellOf, type Happening } from './happening.ts'
export { look } from './watcher.ts'
