import { counted } from '../cli/amounts.ts'
import type { ShownLine } from './without-news.ts'

/** Connections on a line that costs by volume, though nothing new is given to it any more. */
export function Stragglers({ lines }: { readonly lines: readonly ShownLine[] }) {
  const costly = lines.filter(
    ({ metered, state, wantedShareRatio, openConnections }) =>
      metered && state === 'up' && wantedShareRatio === 0 && (openConnections ?? 0) > 0,
  )
  return (
    <>
      {costly.map(({ name, openConnections }) => (
        <p key={name} class="card straggler">
          <strong>{counted(openConnections ?? 0, 'connection')}</strong>{' '}
          {openConnections === 1 ? 'is' : 'are'} still on {name}, whose volume costs money. To have them begin
          anew on other lines: <code>multihome drain {name} --now</code>
        </p>
      ))}
    </>
  )
}
