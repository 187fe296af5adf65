import { megabits } from '../../cli/amounts.ts'
import { lookOfLine } from '../../cli/looks.ts'
import { isCounted, type FlowClient } from './flow-layout.ts'
import type { ShownLine } from '../without-news.ts'

/** The same in numbers, for those who do not see the picture or do not trust it. */
export const FlowTable = ({
  clients,
  lines,
}: {
  readonly clients: readonly FlowClient[]
  readonly lines: readonly ShownLine[]
}) => (
  <details class="as-table">
    <summary>As table</summary>
    <div class="tables">
      <table>
        <caption class="only-spoken">Clients</caption>
        <thead>
          <tr>
            <th>Client</th>
            <th class="number">Open connections</th>
            {clients.some(isCounted) && <th class="number">Mbit/s</th>}
          </tr>
        </thead>
        <tbody>
          {clients.map(({ key, label, open, bitsPerSecond }) => (
            <tr key={key}>
              <td>{label}</td>
              <td class="number">{open}</td>
              {clients.some(isCounted) && (
                <td class="number">{bitsPerSecond === undefined ? '-' : megabits(bitsPerSecond)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <caption class="only-spoken">Lines</caption>
        <thead>
          <tr>
            <th>Line</th>
            <th>State</th>
            <th class="number">Down Mbit/s</th>
            <th class="number">Up Mbit/s</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <td>{line.name}</td>
              <td>{lookOfLine(line).word}</td>
              <td class="number">{megabits(line.downBitsPerSecond)}</td>
              <td class="number">{megabits(line.upBitsPerSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
)
