import type { Family, MailServer, ProbePath } from '../model/index.ts'

/** A mail, and by which way it goes. */
export interface Mailing {
  /** Absent: as the routes of the box have it, for what is not on the Internet. */
  readonly path?: ProbePath
  readonly family: Family
  readonly server: MailServer
  readonly login?: { readonly user: string; readonly password: string }
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  /** Without its brackets. */
  readonly messageId: string
  /** Of the mail that it follows. */
  readonly after?: string
  /** Since 1970. */
  readonly wallMs: number
  readonly timeoutMs: number
}

export type Mailed =
  | { readonly is: 'taken'; readonly said: string }
  /** A number of SMTP. */
  | { readonly is: 'answered'; readonly status: number; readonly said: string }
  /** Nobody knows whether it arrived. */
  | { readonly is: 'failed'; readonly why: string }

/** Sends it once. Never rejects for what a network, a server or a lack of rights can do. */
export async function sendMail(mailing: Mailing): Promise<Mailed> {
  const sending = await import('./mail-over-line.ts').catch(() => undefined)
  return sending === undefined
    ? { is: 'failed', why: 'mail cannot be sent: koffi or nodemailer does not load on this machine' }
    : sending.mailOverLine(mailing)
}
