import { bracketed, type ProbeAnswer } from '../model/index.ts'
import type { TargetOf } from './asker.ts'

/** What a server sent, as far as it tells whether it was the one that was asked. */
export interface Page {
  readonly status: number
  readonly location: string | undefined
  /** Only where a text is looked for. */
  readonly body?: string
}

/** What shows that somebody else answered, as an answer tells it. */
export type Falsehood = Pick<Extract<ProbeAnswer, { answered: true }>, 'portal'> & {
  readonly falsely: string
}

/** @returns what shows that somebody else answered, or `undefined` */
export function whatIsWrong(
  { host, status, body, kind }: TargetOf<'http' | 'https'>,
  page: Page,
): Falsehood | undefined {
  if (page.status === NETWORK_LOGIN && status !== NETWORK_LOGIN) {
    return { falsely: 'a page that wants a login', portal: true }
  }
  if (status !== undefined && page.status !== status) {
    return { falsely: `status ${page.status} instead of ${status}` }
  }
  const elsewhere = status === undefined ? hostOf(page, `${kind}://${bracketed(host)}/`) : undefined
  if (elsewhere !== undefined && !isSameSite(elsewhere, bracketed(host))) {
    return { falsely: `a redirect to ${elsewhere}`, portal: true }
  }
  if (body !== undefined && page.body?.includes(body) !== true) {
    return { falsely: `a page without "${body}"` }
  }
  return undefined
}

/** @param code as Node names what ended the request; `undefined`: nothing came that would tell anything */
export function whatEndedIt(code: string): Falsehood | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { falsely: 'a certificate for another name', portal: true }
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return { falsely: "a certificate that does not hold now, or this box's clock is wrong" }
  if (CERTIFICATE.test(code)) return { falsely: 'a certificate that nobody known vouches for' }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return { falsely: 'something that is no TLS' }
  if (code.startsWith('HPE_')) return { falsely: 'something that is no web page' }
  return undefined
}

/** Of OpenSSL's X509_V_ERR names, as Node has them. */
const CERTIFICATE = /CERT|UNABLE_TO_|PATH_LENGTH_EXCEEDED|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH/

/** RFC 6585: a gateway of the network, and never a server, answers with it. */
const NETWORK_LOGIN = 511

const hostOf = ({ status, location }: Page, base: string): string | undefined =>
  status >= 300 && status < 400 && location !== undefined && URL.canParse(location, base)
    ? new URL(location, base).hostname
    : undefined

/** `example.com` and `www.example.com` are one. */
const isSameSite = (a: string, b: string): boolean =>
  a === b.toLowerCase() || a.endsWith(`.${b}`.toLowerCase()) || b.toLowerCase().endsWith(`.${a}`)
