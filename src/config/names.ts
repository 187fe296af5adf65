import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>

/** IFNAMSIZ is 16, with the closing zero. */
const MAX_INTERFACE_NAME_BYTES = 15

/** The kernel's rule (dev_valid_name), and what neither the kernel's name templates nor nft's strings can hold. */
export function interfaceName(text: string): Parsed<string> {
  const complain = (message: string, label: string): Parsed<string> =>
    fail({ code: 'MH206', message: `${quote(text)} ${message}`, label })
  const bytes = Buffer.byteLength(text)
  if (bytes === 0) return complain('is no interface name', 'expected a name as "ip link" shows it')
  if (bytes > MAX_INTERFACE_NAME_BYTES) {
    return complain(
      `has ${bytes} bytes, too long for an interface name`,
      `expected at most ${MAX_INTERFACE_NAME_BYTES}`,
    )
  }
  if (text === '.' || text === '..')
    return complain('is no interface name', 'expected a name as "ip link" shows it')
  if (text === 'lo') return complain('is this box itself', 'expected an interface that leads to others')
  if (/^[^:]+:\d+$/.test(text)) {
    return complain(
      'is an address label, not an interface',
      `did you mean ${quote(text.split(':', 1)[0] ?? '')}?`,
    )
  }
  const [bad] = /[/:"\\*%]/.exec(text) ?? []
  if (bad !== undefined) {
    return complain(`has a ${bad}, which no interface name can have`, 'expected a name as "ip link" shows it')
  }
  if (/[\p{C}\p{Z}]/u.test(text)) {
    return complain('has white space or something invisible in it', 'expected a name without it')
  }
  // The kernel's isspace() is Latin-1: it takes the byte 0xa0 for a space, in whichever character it stands.
  if (Buffer.from(text).includes(0xa0)) {
    return complain('has a letter that the kernel refuses in names', 'expected a name as "ip link" shows it')
  }
  return ok(text)
}

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
