/** One mail out of one line, for `sendMail`; loads FFI and nodemailer. */
import { createTransport } from 'nodemailer'
import { messageOf } from '../model/index.ts'
import { connectOver } from './line-connection.ts'
import type { Mailed, Mailing } from './send-mail.ts'

export async function mailOverLine(mailing: Mailing): Promise<Mailed> {
  const { server, login, from, to, subject, text, messageId, after, wallMs, timeoutMs } = mailing
  const signal = AbortSignal.timeout(timeoutMs)
  const connected = await connectOver(mailing, server.host, server.port, signal)
  if (!connected.ok) return { is: 'failed', why: connected.error }
  const connection = connected.value
  connection.on('error', () => undefined) // told by nodemailer
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'off',
    getSocket: (_, callback) => callback(null, { connection }),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
  })
  const onAbort = (): void => void connection.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const { response } = await transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      date: new Date(wallMs),
      messageId: `<${messageId}>`,
      // RFC 3834: nobody's absence note answers it.
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...(after !== undefined && { inReplyTo: `<${after}>`, references: `<${after}>` }),
      disableUrlAccess: true,
      disableFileAccess: true,
    })
    return { is: 'taken', said: response }
  } catch (cause) {
    const { status, said } = refusalIn(cause)
    return status === undefined ? { is: 'failed', why: said } : { is: 'answered', status, said }
  } finally {
    signal.removeEventListener('abort', onAbort)
    transport.close()
    connection.destroy()
  }
}

function refusalIn(cause: unknown): { readonly status?: number; readonly said: string } {
  const has = (key: string): unknown =>
    cause instanceof Error && key in cause
      ? Object.entries(cause).find(([name]) => name === key)?.[1]
      : undefined
  const [status, response] = [has('responseCode'), has('response')]
  return {
    ...(typeof status === 'number' && status >= 400 && { status }),
    said: typeof response === 'string' ? response : messageOf(cause),
  }
}
