import type { TargetOf } from './asker.ts'

/** What a server sent, as far as it tells whether it was the one that was asked. */
export interface Page {
  readonly status: number
  readonly location: string | undefined
  /** Only where a text is looked for. */
  readonly body?: string
}

/** @returns what shows that somebody else answered, or `undefined` */
export function whatIsWrong(
  { host, status, body, kind }: TargetOf<'http' | 'https'>,
  page: Page,
): string | undefined {
  if (status !== undefined && page.status !== status) return `status ${page.status} instead of ${status}`
  if (status === undefined && page.status === NETWORK_LOGIN) return 'a page that wants a login'
  const elsewhere = status === undefined ? hostOf(page, `${kind}://${host}/`) : undefined
  if (elsewhere !== undefined && !isSameSite(elsewhere, host)) return `a redirect to ${elsewhere}`
  if (body !== undefined && page.body?.includes(body) !== true) return `a page without "${body}"`
  return undefined
}

/** @param code as Node names what ended the request; `undefined`: nothing came that would tell anything */
export function whatEndedIt(code: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'a certificate for another name'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return "a certificate that does not hold now, or this box's clock is wrong"
  if (CERTIFICATE.test(code)) return 'a certificate that nobody known vouches for'
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'something that is no TLS'
  if (code.startsWith('HPE_')) return 'something that is no web page'
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
