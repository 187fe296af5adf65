import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>

/** IFNAMSIZ is 16, with the closing zero. */
const MAX_INTERFACE_NAME_BYTES = 15

/** Directories beside those of the interfaces in /proc/sys/net/ipv4/conf; the kernel refuses both names too. */
const EVERY_INTERFACE = ['all', 'default']

/**
 * Narrower than the kernel (dev_valid_name), which takes almost any byte. The name goes into the batches of `ip`,
 * where # begins a comment and ' a string, into nft's text and listings, into `sysctl KEY=VALUE`, and into commands
 * that somebody copies into a shell: whatever means something to one of them could become another interface.
 */
export function interfaceName(text: string): Parsed<string> {
  const complain = (message: string, label: string, why?: string): Parsed<string> =>
    fail({
      code: 'MH206',
      message: `${quote(text)} ${message}`,
      label,
      ...(why === undefined ? {} : { why }),
    })
  const bytes = Buffer.byteLength(text)
  if (text === '' || text === '.' || text === '..')
    return complain('is no interface name', 'expected a name as "ip link" shows it')
  if (bytes > MAX_INTERFACE_NAME_BYTES) {
    return complain(
      `has ${bytes} bytes, too long for an interface name`,
      `expected at most ${MAX_INTERFACE_NAME_BYTES}`,
    )
  }
  if (text === 'lo') return complain('is this box itself', 'expected an interface that leads to others')
  if (EVERY_INTERFACE.includes(text))
    return complain('stands for every interface of this box', 'expected the name of one')
  if (/^[^:]+:\d+$/.test(text)) {
    return complain(
      'is an address label, not an interface',
      `did you mean ${quote(text.split(':', 1)[0] ?? '')}?`,
    )
  }
  if (/^[^@]+@[^@]+$/.test(text)) {
    return complain(
      'is two names, an interface and what it stands on, as "ip link" prints them',
      `did you mean ${quote(text.split('@', 1)[0] ?? '')}?`,
    )
  }
  if (/[\p{C}\p{Z}]/u.test(text)) {
    return complain('has white space or something invisible in it', 'expected a name without it')
  }
  const [bad] = /[^A-Za-z0-9._+-]/u.exec(text) ?? []
  if (bad !== undefined && bad > '\u007f') {
    return complain('has letters outside of ASCII, which not all of ip, nft and a shell take', EXPECTED)
  }
  if (bad !== undefined) {
    const why = `${quote(bad)} has another meaning to ip, nft, sysctl or a shell: the name could become that of another interface`
    return complain(`has a ${bad}, which cannot be handed on safely`, EXPECTED, why)
  }
  if (/^[.+-]/.test(text))
    return complain(
      `begins with ${quote(text.slice(0, 1))}`,
      'expected a letter, a digit or _ at its beginning',
    )
  return ok(text)
}

const EXPECTED = 'expected letters, digits, . - _ and +; ip link set OLD name NEW renames it'

/** A line has a routing table, and who reads its name must not think of another one. */
const TAKEN_TABLE_NAMES = ['main', 'local', 'default', 'unspec', 'all']

export function lineName(text: string): Parsed<string> {
  const complain = (message: string, label: string, why?: string): Parsed<string> =>
    fail({
      code: 'MH207',
      message: `${quote(text)} ${message}`,
      label,
      ...(why === undefined ? {} : { why }),
    })
  const why = 'a line has a routing table of its own, and this is the name of another one'
  if (TAKEN_TABLE_NAMES.includes(text.toLowerCase()))
    return complain('cannot be the name of a line', 'expected another name', why)
  if (/^\d+$/.test(text))
    return complain('cannot be the name of a line', `did you mean "line-${quote(text).slice(1, -1)}"?`, why)
  if (text.length > 32) return complain(`has ${text.length} characters`, 'expected at most 32')
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text)) {
    return complain(
      'cannot be the name of a line',
      'expected letters, digits, - and _, beginning with a letter or digit',
    )
  }
  return ok(text)
}
