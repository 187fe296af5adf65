/** A month of a line as a page to send: one file, without scripts and without anything from elsewhere. Pure. */
import type { LineReportDocument } from '../api/contract.ts'
import { bytes } from './amounts.ts'
import { factsOf, spanOf, titleOf, type LegFacts } from './report-facts.ts'

export function reportPage(report: LineReportDocument): string {
  const title = escaped(titleOf(report))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p>${escaped(spanOf(report))}. Times are local (${zoneOf(report.time)}).</p>
${factsOf(report).map(legSection).join('\n')}
${daysSection(report)}
<footer>Measured by multihomed on ${escaped(report.hostname)} itself, with small checks of several targets over this line
alone, and by counting what went through. Availability is of the time that was watched. Made ${escaped(report.time)}.</footer>
</body>
</html>`
}

const legSection = ({ title, facts, outages }: LegFacts): string => `<section>
${title === undefined ? '' : `<h2>${escaped(title)}</h2>\n`}<dl>
${facts.map(({ about, says }) => `<dt>${escaped(about)}</dt><dd>${escaped(says)}</dd>`).join('\n')}
</dl>
${
  outages.length === 0
    ? ''
    : table(
        'Outages',
        ['Began', 'Lasted', 'Cut off', 'Why'],
        outages.map(({ began, lasted, connections, why }) => [began, lasted, connections, why]),
      )
}
</section>`

const daysSection = ({ days }: LineReportDocument): string =>
  days.length === 0
    ? ''
    : table(
        'Data by day',
        ['Day', 'Down', 'Up'],
        days.map(({ day, receivedBytes, sentBytes }) => [day, bytes(receivedBytes), bytes(sentBytes)]),
      )

const table = (
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string => `<table>
<caption>${escaped(caption)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n')}
</tbody>
</table>`

/** Of this machine, at that moment: `UTC+01:00`. */
function zoneOf(time: string): string {
  const minutes = -new Date(time).getTimezoneOffset()
  const two = (value: number): string => String(value).padStart(2, '0')
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' } // prettier-ignore

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #14181f; background: #fff; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 28px; margin: 0; }
h2 { font-size: 18px; margin: 2rem 0 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; }
dt { color: #515b68; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 4px; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid #d5dae1; vertical-align: top; }
td:not(:last-child) { white-space: nowrap; }
footer { color: #515b68; font-size: 13px; margin-top: 2rem; }
tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } }
`
