/** What would happen to a packet, question by question, and if a line were gone. */
import { useEffect, useState } from 'preact/hooks'
import type { TraceDocument } from '../../api/contract.ts'
import { endText, goesText, kernelText, leftOver, thenText, wayText } from '../../cli/trace-sentences.ts'
import { ask, type Trouble } from '../ask.ts'
import { linkToTrace, traceWordsOf, type TraceWords } from '../link-to-trace.ts'
import { status } from '../live.ts'
import type { PageProps } from '../pages.ts'
import { StateShape } from '../state-mark.tsx'
import { TroubleText } from '../trouble-text.tsx'

export function Trace({ rest }: PageProps) {
  const words = traceWordsOf(rest)
  const [without, setWithout] = useState<readonly string[]>([])
  const { trace, trouble, isAsking } = useTrace(words, without)
  const key = rest.join('/')
  return (
    <div class="trace">
      <section class="card" aria-label="The question">
        <h2>What would happen to…</h2>
        <Question key={key} words={words} />
      </section>
      <Pretend without={without} onChange={setWithout} />
      <div class="trace-answer" aria-live="polite" aria-busy={isAsking}>
        {trouble && <TroubleText trouble={trouble} />}
        {trace && <Told trace={trace} />}
        {words.to === '' && (
          <p class="quiet">
            Nothing is sent: the packet goes on paper through the rules that are in the kernel, and the kernel
            is asked for its own opinion.
          </p>
        )}
      </div>
    </div>
  )
}

function useTrace({ from, to, port, protocol }: TraceWords, without: readonly string[]) {
  const [trace, setTrace] = useState<TraceDocument>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [isAsking, setAsking] = useState(false)
  const gone = without.join(',')
  useEffect(() => {
    if (from === '' || to === '') return undefined
    const abort = new AbortController()
    const query = new URLSearchParams({
      from,
      to,
      ...(port !== undefined && { port: String(port) }),
      ...(protocol !== undefined && { protocol }),
      ...(gone !== '' && { without: gone }),
    })
    setAsking(true)
    void ask<TraceDocument>('GET', `v1/trace?${query.toString()}`, { signal: abort.signal }).then(
      (answer) => {
        if (abort.signal.aborted) return
        setAsking(false)
        setTrace(answer.ok ? answer.value : undefined)
        setTrouble(answer.ok ? undefined : answer.error)
      },
    )
    return () => abort.abort()
  }, [from, to, port, protocol, gone])
  return { trace, trouble, isAsking }
}

function Question({ words }: { readonly words: TraceWords }) {
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault()
        const given = new FormData(event.currentTarget)
        const word = (name: string): string => {
          const value = given.get(name)
          return typeof value === 'string' ? value.trim() : '' // else a file
        }
        const port = word('port') === '' ? undefined : Number(word('port'))
        location.hash = linkToTrace({
          from: word('from'),
          to: word('to'),
          port,
          protocol: word('protocol') === 'udp' ? 'udp' : 'tcp',
        })
      }}
    >
      <label>
        From
        <input
          name="from"
          required
          maxLength={254}
          value={words.from === '' ? 'me' : words.from}
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label>
        To
        <input
          name="to"
          required
          maxLength={254}
          placeholder="example.org"
          value={words.to}
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <label class="narrow">
        Port
        <input
          name="port"
          inputMode="numeric"
          pattern="[0-9]{1,5}"
          value={words.port ?? ''}
          autocomplete="off"
        />
      </label>
      <label class="narrow">
        Protocol
        <select name="protocol" value={words.protocol ?? 'tcp'}>
          <option>tcp</option>
          <option>udp</option>
        </select>
      </label>
      <button class="main">Trace</button>
    </form>
  )
}

function Pretend({
  without,
  onChange,
}: {
  readonly without: readonly string[]
  readonly onChange: (without: readonly string[]) => void
}) {
  return (
    <fieldset class="card pretend">
      <legend class="small quiet">Pretend it is down</legend>
      {status.value?.lines.map(({ name, state }) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={without.includes(name)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...without, name] : without.filter((one) => one !== name))
            }
          />{' '}
          {name} <StateShape state={state} />
        </label>
      ))}
    </fieldset>
  )
}

function Told({ trace }: { readonly trace: TraceDocument }) {
  const { from, to, port, protocol, steps, without } = trace
  const aim = [protocol, port].filter((word) => word !== undefined).join(' ')
  const others = [from, to].filter((end) => end.others.length > 0)
  return (
    <section class="card" aria-label="The answer">
      <h2>
        {endText(from)} → {endText(to)}
        {aim !== '' && `, ${aim}`}
      </h2>
      {without !== undefined && <p class="pretended">As if {without.join(' and ')} were gone.</p>}
      {others.map(({ asked, address, others: more }) => (
        <p key={asked} class="quiet">
          {asked} is {more.join(', ')} too; only {address} is traced.
        </p>
      ))}
      <ol class="questions">
        {steps.map(({ question, answer, why, where }) => (
          <li key={question} class={answer ? 'yes' : 'no'}>
            <span class="question">{question}</span> <strong>{answer ? 'yes' : 'no'}</strong>{' '}
            <span class="why">
              {why}
              {where !== undefined && <span class="quiet"> ({placeText(where)})</span>}
            </span>
          </li>
        ))}
      </ol>
      <Outcome trace={trace} />
    </section>
  )
}

const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${file.split('/').at(-1) ?? file}:${line}`

function Outcome({ trace: { outcome, ifLost, kernel, without } }: { readonly trace: TraceDocument }) {
  const { is, ways, why } = outcome
  const left = leftOver(ifLost.at(-1))
  const [answer] =
    kernel.verdict === 'different' ? kernel.answers.filter(({ agrees }) => !agrees) : kernel.answers
  return (
    <dl class="pairs trace-outcome">
      {is === 'line' || is === 'inbound' ? (
        ways.map((way, i) => (
          <Row key={way.mark} name={i === 0 ? 'Line' : ''}>
            <strong>{wayText(way, ways, is)}</strong>
          </Row>
        ))
      ) : (
        <Row name="Goes">
          <strong>{goesText(is, ways[0])}</strong>
        </Row>
      )}
      <Row name="Why">{why}</Row>
      {ifLost.map((loss, i) => (
        <Row
          key={loss.lines.join()}
          name={`If ${loss.lines.at(-1) ?? ''} dies${i === 0 && without === undefined ? '' : ' too'}`}
        >
          {thenText(loss, i === 0)}
        </Row>
      ))}
      {left.length > 0 && <Row name="and so on">over {left.join(', ')}</Row>}
      <Row name="Kernel says">
        <span class={kernel.verdict === 'different' ? 'is-down' : undefined}>
          {answer !== undefined
            ? kernelText(kernel.verdict, answer)
            : without === undefined
              ? 'nothing: it takes no such question'
              : 'nothing: for it all lines are there'}
        </span>
      </Row>
    </dl>
  )
}

const Row = ({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) => (
  <div>
    <dt class="quiet">{name}</dt>
    <dd>{children}</dd>
  </div>
)
