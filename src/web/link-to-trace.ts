import { linkTo } from './route.ts'

export interface TraceWords {
  readonly from: string
  readonly to: string
  readonly port?: number | undefined
  readonly protocol?: 'tcp' | 'udp' | undefined
}

/** `#/trace/10.0.0.7/example.org/443/tcp`: a question that can be kept and sent to somebody. */
export const linkToTrace = ({ from, to, port, protocol }: TraceWords): string =>
  port === undefined || port === 0 || protocol === undefined
    ? linkTo('trace', from, to)
    : linkTo('trace', from, to, String(port), protocol)

export function traceWordsOf([from = '', to = '', port = '', protocol = '']: readonly string[]): TraceWords {
  const number = Number(port)
  return {
    from,
    to,
    ...(port !== '' &&
      Number.isInteger(number) && { port: number, protocol: protocol === 'udp' ? 'udp' : 'tcp' }),
  }
}
