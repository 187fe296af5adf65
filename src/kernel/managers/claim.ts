import type { Link, Manager } from '../../model/index.ts'
import { isAbout, type LeaseNote } from '../leases/note.ts'

/** That a program looks after an interface, before it is known which that is. */
export interface Claim extends Omit<Manager, 'interface'> {
  readonly of: LeaseNote['of']
}

/** About interfaces that are there, in the order of the claims. */
export const managersOf = (claims: readonly Claim[], links: readonly Link[]): Manager[] =>
  claims.flatMap(({ of, ...claim }) => {
    const link = links.find((one) => isAbout(of, one, links))
    return link === undefined ? [] : [{ interface: link.name, ...claim }]
  })
