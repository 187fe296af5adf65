export { commandsOf, orderOf, type Order } from './move.ts'
export { routeQuestionText } from './route-question.ts'
