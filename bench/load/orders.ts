import { createInterface } from 'node:readline'

/** The process's whole life: an order a line on stdin, one answer a line on stdout. Orders block. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a process knows what orders it is sent
export function obey<Order>(carryOut: (order: Order) => number): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const answer = carryOut(JSON.parse(line) as Order)
    process.stdout.write(`${answer}\n`)
  })
}
