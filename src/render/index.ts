export { commandsOf, orderOf, type Order } from './move.ts'
