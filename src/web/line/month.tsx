/** The billing month: what it was worth, and how much went through. */
import { useEffect, useState } from 'preact/hooks'
import type { LineReportDocument } from '../../api/contract.ts'
import { bytes } from '../../cli/amounts.ts'
import { factsOf, spanOf, titleOf } from '../../cli/report-facts.ts'
import { reportPage } from '../../cli/report-page.ts'
import { ask, type Trouble } from '../ask.ts'
import { TroubleText } from '../trouble-text.tsx'

const MONTHS = [
  { title: 'This month', query: '' },
  { title: 'Last month', query: '?month=last' },
] as const

export function Month({ name }: { readonly name: string }) {
  const [month, setMonth] = useState<(typeof MONTHS)[number]>(MONTHS[0])
  const [report, setReport] = useState<LineReportDocument>()
  const [trouble, setTrouble] = useState<Trouble>()
  useEffect(() => {
    let isCurrent = true
    const path = `v1/lines/${encodeURIComponent(name)}/report${month.query}`
    void ask<LineReportDocument>('GET', path).then((answer) => {
      if (!isCurrent) return
      setReport(answer.ok ? answer.value : undefined)
      setTrouble(answer.ok ? undefined : answer.error)
    })
    return () => {
      isCurrent = false
    }
  }, [name, month])
  return (
    <section class="card month">
      <header>
        <h2>For the provider</h2>
        <div class="choices" role="group" aria-label="Month shown">
          {MONTHS.map((one) => (
            <button key={one.title} type="button" aria-pressed={one === month} onClick={() => setMonth(one)}>
              {one.title}
            </button>
          ))}
        </div>
      </header>
      {trouble !== undefined && <TroubleText trouble={trouble} />}
      {report !== undefined && <Report report={report} />}
    </section>
  )
}

const Report = ({ report }: { readonly report: LineReportDocument }) => (
  <>
    <p>
      <strong>{titleOf(report)}</strong> <span class="quiet">({spanOf(report)})</span>
    </p>
    {factsOf(report).map(({ title, facts }) => (
      <div key={title ?? ''}>
        {title !== undefined && <h3>{title}</h3>}
        <dl class="pairs">
          {facts
            .filter(({ about }) => about !== 'varies by')
            .map(({ about, says }) => (
              <div key={about}>
                <dt class="quiet">{about}</dt>
                <dd>{says}</dd>
              </div>
            ))}
        </dl>
      </div>
    ))}
    <Days days={report.days} />
    <p>
      <button type="button" onClick={() => save(report)}>
        Save the report
      </button>{' '}
      <span class="quiet small">
        One page to send or print; the same: <code>multihome report {report.line} --html</code>
      </span>
    </p>
  </>
)

function Days({ days }: Pick<LineReportDocument, 'days'>) {
  if (days.length === 0) return null
  const most = Math.max(1, ...days.map(({ receivedBytes, sentBytes }) => receivedBytes + sentBytes))
  return (
    <details class="as-table">
      <summary>Data by day</summary>
      <table>
        <thead>
          <tr>
            <th>Day</th>
            <th class="number">Down</th>
            <th class="number">Up</th>
            <th aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, receivedBytes, sentBytes }) => (
            <tr key={day}>
              <td>{day}</td>
              <td class="number">{bytes(receivedBytes)}</td>
              <td class="number">{bytes(sentBytes)}</td>
              <td aria-hidden="true">
                <svg width="80" height="10">
                  <rect
                    class="day-bar"
                    width={Math.max(1, (80 * (receivedBytes + sentBytes)) / most)}
                    height="10"
                  />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function save(report: LineReportDocument): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([reportPage(report)], { type: 'text/html' }))
  link.download = `${report.line}-${report.month}.html`
  link.click()
  URL.revokeObjectURL(link.href)
}
