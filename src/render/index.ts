export { commandsOf, deleteConnections, orderOf, type Order } from './move.ts'
export { routeQuestionText } from './route-question.ts'
