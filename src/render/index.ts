export { commandsOf, deleteConnections, orderOf, type Order } from './move.ts'
export { routeQuestionText } from './route-question.ts'
export { OUR_HANDLE, OUR_PREFERENCE, type Command } from './tc.ts'
