import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { sendMail, type Mailing } from './send-mail.ts'

interface Letterbox {
  readonly port: number
  /** What the client said, line by line, the mail included. */
  readonly heard: string[]
}

/** An SMTP server that takes everything, but for what `answers` says otherwise to a command. */
async function letterbox(t: TestContext, answers: Readonly<Record<string, string>> = {}): Promise<Letterbox> {
  const heard: string[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    let isMail = false
    let rest = ''
    socket.on('error', () => undefined)
    socket.write('220 letterbox\r\n')
    socket.setEncoding('utf8').on('data', (piece: string) => {
      const lines = (rest + piece).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        heard.push(line)
        if (isMail && line !== '.') continue
        const word = isMail ? '.' : (line.split(' ')[0] ?? '').toUpperCase()
        isMail = word === 'DATA'
        socket.write(`${answers[word] ?? USUAL[word] ?? '250 ok'}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, heard } // it listens on TCP
}

const USUAL: Readonly<Record<string, string>> = {
  EHLO: '250-letterbox\r\n250 AUTH PLAIN',
  AUTH: '235 welcome',
  STARTTLS: '502 not here',
  DATA: '354 go on',
  '.': '250 taken as 4711',
  QUIT: '221 bye',
}

const mailing = (port: number, more: Partial<Mailing> = {}): Mailing => ({
  family: 'ipv4',
  server: { host: '127.0.0.1', port, security: 'off' },
  from: 'router@example.org',
  to: ['a@example.org', 'b@example.org'],
  subject: 'lte is down · ü',
  text: 'Since 14:02:11.\n.and a line that begins with a dot',
  messageId: 's-2@router1',
  after: 's-1@router1',
  wallMs: Date.UTC(2026, 10, 22, 14, 2, 11),
  timeoutMs: 10_000,
  ...more,
})

test('a mail goes to everybody, in its thread, and no absence note answers it', async (t) => {
  const { port, heard } = await letterbox(t)
  assert.deepEqual(await sendMail(mailing(port)), { is: 'taken', said: '250 taken as 4711' })
  assert.deepEqual(
    heard.filter((line) => line.startsWith('MAIL') || line.startsWith('RCPT')),
    ['MAIL FROM:<router@example.org>', 'RCPT TO:<a@example.org>', 'RCPT TO:<b@example.org>'],
  )
  for (const line of [
    'Auto-Submitted: auto-generated',
    'Message-ID: <s-2@router1>',
    'In-Reply-To: <s-1@router1>',
    'Date: Sun, 22 Nov 2026 14:02:11 +0000',
    '..and a line that begins with a dot',
  ])
    assert.ok(heard.includes(line), `${line} is in ${heard.join('\n')}`)
})

test('a server that asks who we are is told, and its no is an answer', async (t) => {
  const { port } = await letterbox(t, { AUTH: '535 5.7.8 wrong' })
  const login = { user: 'router', password: 'p' }
  const mailed = await sendMail(mailing(port, { login }))
  assert.equal(mailed.is, 'answered')
  assert.deepEqual([mailed.is === 'answered' && mailed.status], [535])
})

test('a server that has no time now may have some later', async (t) => {
  const { port } = await letterbox(t, { RCPT: '451 4.7.1 greylisted' })
  const mailed = await sendMail(mailing(port))
  assert.deepEqual(mailed, { is: 'answered', status: 451, said: '451 4.7.1 greylisted' })
})

test('a server without encryption is told nothing where some is asked for', async (t) => {
  const { port, heard } = await letterbox(t)
  const mailed = await sendMail(mailing(port, { server: { host: '127.0.0.1', port, security: 'starttls' } }))
  assert.notEqual(mailed.is, 'taken')
  assert.deepEqual(
    heard.filter((line) => line.startsWith('MAIL')),
    [],
  )
})

test('a server that is silent is given up', async (t) => {
  const server = createServer((socket) => t.after(() => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo // it listens on TCP
  assert.equal((await sendMail(mailing(port, { timeoutMs: 200 }))).is, 'failed')
})

test('nobody listens there', async () => {
  const mailed = await sendMail(mailing(1))
  assert.deepEqual(mailed, { is: 'failed', why: 'the connection was refused' })
})
