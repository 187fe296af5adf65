import type { RouteQuestion } from '../model/index.ts'

/** As an operator could type it behind `ip`. */
export function routeQuestionText({ to, from, iif, mark, dport }: RouteQuestion): string {
  return [
    `route get ${to}`,
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(iif === undefined ? [] : [`iif ${iif}`]),
    ...(mark === 0 ? [] : [`mark 0x${mark.toString(16)}`]),
    ...(dport === undefined ? [] : [`dport ${dport}`]),
  ].join(' ')
}
