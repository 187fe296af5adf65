/** Who goes where, and over which line. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { bytes, counted } from '../../cli/amounts.ts'
import type { ConnectionsDocument } from '../../api/contract.ts'
import { alive } from '../../model/index.ts'
import { HiddenTextures, Swatch } from '../flow/textures.tsx'
import { linkToTrace, type TraceWords } from '../link-to-trace.ts'
import { status } from '../live.ts'
import type { PageProps } from '../pages.ts'
import { linkTo } from '../route.ts'
import { TroubleText } from '../trouble-text.tsx'
import { MOST, useConnections, type Connection } from '../use-connections.ts'

/** `#/connections/client/10.0.0.7`, `#/connections/line/fiber` */
export function Connections({ rest: [kind, value = ''] }: PageProps) {
  const client = kind === 'client' ? value : undefined
  const line = kind === 'line' ? value : undefined
  const [wanted, setWanted] = useState('')
  // Nothing moves below a pointer, nor below the focus of a keyboard.
  const [isHeld, hold] = useState(false)
  const { document, trouble, showMore } = useConnections({ client, line, asMany: wanted !== '' }, isHeld)
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const found = document?.connections.filter((one) => words.every((word) => textOf(one).includes(word))) ?? []
  const find = useRef<HTMLInputElement>(null)
  useEffect(() => setWanted(''), [kind, value])
  return (
    <>
      <HiddenTextures count={status.value?.lines.length ?? 0} />
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Find
          <input
            ref={find}
            type="search"
            placeholder="address, port, line, state"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
        <label class="narrow">
          Line
          <select
            value={line ?? ''}
            onChange={({ currentTarget: { value: chosen } }) => {
              location.hash = chosen === '' ? linkTo('connections') : linkTo('connections', 'line', chosen)
            }}
          >
            <option value="">all</option>
            {status.value?.lines.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </form>
      {trouble && <TroubleText trouble={trouble} />}
      {document === undefined ? (
        trouble === undefined && <p class="quiet">–</p>
      ) : (
        <div class="connections">
          <Clients clients={document.clients} chosen={client} />
          <section
            class="card"
            aria-label="Connections"
            onPointerEnter={() => hold(true)}
            onPointerLeave={() => hold(false)}
            onFocusIn={() => hold(true)}
            onFocusOut={() => hold(false)}
          >
            <h2>
              {counted(alive(document), 'open connection')}
              {document.closing > 0 && `, ${document.closing} closing`}
              {found.length < document.open && `; ${found.length} shown`}
            </h2>
            <p class="quiet small" role="status">
              {isHeld ? 'Held still while you are on it.' : 'Asked again every 5 s.'}
            </p>
            {found.length === 0 ? <p>None that is like this.</p> : <Table connections={found} />}
            {document.next !== undefined &&
              (document.connections.length < MOST ? (
                <button type="button" onClick={showMore}>
                  Show more
                </button>
              ) : (
                <p class="quiet">
                  Only the first {MOST} can be shown; choose a client or a line, or:{' '}
                  <code>multihome flows --list</code>
                </p>
              ))}
          </section>
        </div>
      )}
    </>
  )
}

function Clients({
  clients,
  chosen,
}: {
  readonly clients: ConnectionsDocument['clients']
  readonly chosen: string | undefined
}) {
  const living = clients.filter((client) => alive(client) > 0)
  return (
    <section class="card" aria-label="Clients">
      <h2>{counted(living.length, 'client')}</h2>
      {chosen !== undefined && (
        <p>
          <a href={linkTo('connections')}>All clients</a>
        </p>
      )}
      <table class="clients">
        <thead>
          <tr>
            <th>Client</th>
            <th class="number">Open</th>
            <th>On</th>
          </tr>
        </thead>
        <tbody>
          {living.map(({ client, lines, ...counts }) => (
            <tr key={client ?? ''}>
              <td class="mono">
                {client === null ? (
                  'this box'
                ) : (
                  <a
                    href={linkTo('connections', 'client', client)}
                    aria-current={client === chosen ? 'true' : undefined}
                  >
                    {client}
                  </a>
                )}
              </td>
              <td class="number">{alive(counts)}</td>
              <td>
                {lines
                  .filter((there) => alive(there) > 0)
                  .map((there) => `${there.line} ${alive(there)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Table({ connections }: { readonly connections: readonly Connection[] }) {
  const areCounted = connections.some(({ sentBytes }) => sentBytes !== undefined)
  return (
    <table class="stacking">
      <thead>
        <tr>
          <th>Client</th>
          <th>Goes to</th>
          <th>Line</th>
          <th>Seen as</th>
          <th>State</th>
          {areCounted && <th class="number">Down</th>}
          {areCounted && <th class="number">Up</th>}
          <th>
            <span class="only-spoken">Why this line, and what if</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keyed(connections).map(([key, one]) => (
          <Row key={key} connection={one} areCounted={areCounted} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ connection, areCounted }: { readonly connection: Connection; readonly areCounted: boolean }) {
  const { client, server, line, protocol, state, begun, seenAs, sentBytes, receivedBytes } = connection
  return (
    <tr>
      <td class="mono">{client === null ? 'this box' : endText(client)}</td>
      <td class="mono">
        <span class="quiet">{begun === 'outside' ? '← ' : '→ '}</span>
        {endText(server)} <span class="quiet">{protocol}</span>
      </td>
      <td>
        {line === null ? (
          <span class="quiet">none of the file</span>
        ) : (
          <>
            <Swatch number={status.value?.lines.findIndex(({ name }) => name === line) ?? 0} />{' '}
            <a href={linkTo('lines', line)}>{line}</a>
          </>
        )}
      </td>
      <td class="mono quiet seen-as">{seenAs.address}</td>
      <td class={state === 'unanswered' ? 'is-suspect' : undefined}>{state}</td>
      {areCounted && <td class="number">{receivedBytes === undefined ? '' : bytes(receivedBytes)}</td>}
      {areCounted && <td class="number">{sentBytes === undefined ? '' : bytes(sentBytes)}</td>}
      <td>
        <a data-row href={linkToTrace(traceOf(connection))}>
          Why?
        </a>
      </td>
    </tr>
  )
}

/** The question of which this connection is the answer: in the direction in which it was begun. */
function traceOf({ client, server, protocol, begun, seenAs }: Connection): TraceWords {
  const inside = client?.address ?? 'me'
  const known = protocol === 'tcp' || protocol === 'udp' ? protocol : undefined
  return begun === 'inside'
    ? { from: inside, to: server.address, port: server.port, protocol: known }
    : { from: server.address, to: seenAs.address, port: seenAs.port, protocol: known }
}

interface End {
  readonly address: string
  readonly port: number
}

const endText = ({ address, port }: End): string =>
  port === 0 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const textOf = ({ client, server, line, protocol, state, seenAs }: Connection): string =>
  [
    client === null ? 'this box' : endText(client),
    endText(server),
    line ?? '',
    protocol,
    state,
    endText(seenAs),
  ]
    .join(' ')
    .toLowerCase()

/** Echoes have no ports: several of them look alike. */
function keyed(connections: readonly Connection[]): [string, Connection][] {
  const seen = new Map<string, number>()
  return connections.map((one) => {
    const key = keyOf(one)
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return [`${key} ${before}`, one]
  })
}

const keyOf = ({ client, server, protocol, seenAs }: Connection): string =>
  [protocol, client === null ? '' : endText(client), endText(server), endText(seenAs)].join(' ')
