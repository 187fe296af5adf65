/** The dashboard in a real browser, with the real daemon and real packets. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { StatusDocument } from '../../api/contract.ts'
import { EXAMPLES } from '../../api/fake.ts'
import { eventually, ROUTER } from '../index.ts'
import { box } from './box.ts'
import {
  COLOURS_OF_TEXTS,
  contrast,
  startBrowser,
  whyNoBrowser,
  type ColouredText,
  type LabBrowser,
} from './browser.ts'
import { openFlows, talkAll } from './flows.ts'

const URL = 'http://localhost:8222/'
const PAGES = ['overview', 'lines', 'lines/fiber', 'connections', 'trace', 'events', 'config']

describe('the dashboard in a browser', { skip: whyNoBrowser() }, () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    wishes: { lines: { fiber: 3, dsl: 1 }, health: { rise: '0s' }, release: '1s' },
  })
  let started: LabBrowser | undefined
  const browser = (): LabBrowser => started ?? assert.fail('it was started before the first test')
  before(async () => {
    await router.knows('fiber', 'dsl')
    started = await startBrowser(router.lab, ROUTER)
  })
  after(() => started?.[Symbol.asyncDispose]())

  const card = (page: Page, line: string) => page.getByRole('article', { name: line, exact: true })
  const leaves = async (page: Page): Promise<void> => {
    await page.context().close()
    assert.deepEqual(browser().complaints, [])
  }
  const giveToken = async (page: Page, name: string): Promise<string> => {
    const made = await router.client.addToken(name, 'change')
    assert.ok(made.ok, JSON.stringify(made))
    await page.getByRole('button', { name: 'Give one' }).first().click()
    await page.getByLabel('Token', { exact: true }).fill(made.value.secret)
    await page.getByRole('button', { name: 'Use it' }).click()
    return made.value.secret
  }

  test('clients are as wide as their traffic once the kernel counts it, and the picture says what is wide', async () => {
    const page = await browser().open(URL)
    const scale = page.locator('.flow-scale')
    await scale.getByText('Width on the left: open connections').waitFor()
    await router.lab.must(ROUTER, ['sysctl', '-qw', 'net.netfilter.nf_conntrack_acct=1'])
    const { host, address } = router.lab.topology.clients[1] ?? assert.fail()
    const flows = await openFlows(router.lab, [host], 2)
    // Two looks are needed, and a daemon that was asked often hands the last one out for 10 s.
    await scale.getByText('Width on both sides: traffic').waitFor({ timeout: 25_000 })
    await page.locator('.flow-label.client').filter({ hasText: address }).getByText('Mbit/s').waitFor()
    await talkAll(flows)
    await leaves(page)
  })

  test('all lines are there, one that breaks is seen to break and to heal, and what happened is told', async (context) => {
    const page = await browser().open(URL)
    await page.getByRole('heading', { name: 'Internet works over fiber and dsl.' }).waitFor()
    for (const line of ['fiber', 'dsl']) await card(page, line).getByText('up', { exact: true }).waitFor()
    const cutAtMs = performance.now()
    await router.lab.cut('fiber')
    await card(page, 'fiber').getByText('DOWN', { exact: true }).waitFor()
    context.diagnostic(`on the screen ${Math.round(performance.now() - cutAtMs)} ms after the cut began`)
    await page.getByRole('heading', { name: 'Internet works over dsl.' }).waitFor()
    await page.locator('.cut-mark').waitFor()
    await page.getByText('no carrier').first().waitFor()
    await router.lab.restore('fiber')
    await card(page, 'fiber').getByText('up', { exact: true }).waitFor()
    assert.equal(await page.locator('.cut-mark').count(), 0)
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByText('As it was before.').waitFor()
    await page.locator('.cut-mark').waitFor() // once more
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.locator('.cut-mark').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Events', exact: true }).click()
    await page.getByText('fiber DOWN: no carrier').waitFor()
    await page.evaluate("location.hash = '#/lines/fiber'")
    await page.getByText(/Shaded: an outage\.$/).waitFor()
    await leaves(page)
  })

  test('a line is drained with a token, which stays in the tab and is in no address', async () => {
    const page = await browser().open(`${URL}#/lines/dsl`)
    const drain = page.getByRole('button', { name: 'Drain dsl' })
    await drain.waitFor()
    assert.ok(await drain.isDisabled(), 'on the box one may look without one, and no more')
    const secret = await giveToken(page, 'drainer')
    const useAgain = page.getByRole('button', { name: 'Use again dsl' })
    await drain.click({ trial: true }) // a key would not wait until it may be pressed
    await drain.press('Enter')
    await useAgain.waitFor()
    assert.equal((await router.status()).lines.find(({ name }) => name === 'dsl')?.state, 'draining')
    await page.getByRole('link', { name: 'Lines', exact: true }).first().click()
    await page.getByRole('button', { name: 'Drain fiber' }).click()
    await page.locator('td[colspan]').getByRole('alert').waitFor() // below its row, which stays as wide as it was
    await useAgain.focus()
    await page.keyboard.press('Enter')
    await drain.waitFor()
    assert.ok(await drain.evaluate((element) => element.matches(':focus')), 'the keyboard is where it was')
    await page.evaluate("location.hash = '#/lines/dsl'")
    await page.getByLabel('Weight', { exact: true }).fill('3')
    await page.getByRole('button', { name: 'Set for now' }).click()
    await page.getByText('3; the file says 1').waitFor()
    await page.getByRole('button', { name: 'Back to 1, as the file says' }).click()
    await page.getByText('3; the file says 1').waitFor({ state: 'detached' })
    assert.ok(!page.url().includes(secret))
    assert.ok(!String(await page.evaluate('JSON.stringify({ ...localStorage })')).includes(secret))
    const elsewhere = await browser().open(`${URL}#/lines/dsl`)
    await elsewhere.getByText('Changing things needs a token.').first().waitFor()
    await elsewhere.context().close()
    await leaves(page)
  })

  test('by keyboard alone: pages, help, and back, with the focus in sight', async () => {
    const page = await browser().open(URL)
    await card(page, 'fiber').waitFor()
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(
      'getComputedStyle(document.activeElement).outlineStyle + " " + document.activeElement.textContent',
    )
    assert.equal(focused, 'solid Skip to the content')
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.getByRole('heading', { name: 'Lines', exact: true }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Lines / dsl' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys and signs' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await leaves(page)
  })

  test('the configuration: a mistake is shown where it is and cannot be applied; a change is tried, and kept', async () => {
    const page = await browser().open(`${URL}#/config`)
    await giveToken(page, 'editor')
    const editor = page.getByRole('textbox', { name: /^The configuration file/ })
    const right = await editor.inputValue()
    const apply = page.getByRole('button', { name: 'Apply', exact: true })
    await editor.fill(right.replace('"weight":3', '"wieght":3'))
    await page.getByText('did you mean').first().waitFor()
    assert.ok(await apply.isDisabled())
    const file = (): Promise<string> => readFile(router.lab.daemonPaths.config, 'utf8')
    const trial = page.getByRole('region', { name: 'A change on trial' })
    await editor.fill(right.replace('"weight":3', '"weight":2'))
    await page.getByText('new connections: fiber 75 → 67 %').waitFor()
    await apply.click()
    await trial.getByText(/comes back in \d+ s/).waitFor()
    await trial.getByRole('button', { name: 'Undo now' }).click()
    await trial.waitFor({ state: 'detached' })
    await page.getByText('What was written is still here.').waitFor()
    await page.getByText('tried and undone: somebody asked for it').waitFor()
    assert.equal(await file(), right)
    await editor.fill(right.replace('"weight":3', '"weight":1'))
    await apply.click()
    await trial.getByRole('button', { name: 'Keep it' }).click()
    await trial.waitFor({ state: 'detached' })
    await page.getByText('as it is', { exact: true }).waitFor()
    assert.equal(await file(), right.replace('"weight":3', '"weight":1'))
    const { lines } = await router.status()
    assert.deepEqual(
      lines.map(({ name, weight }) => [name, weight]),
      [
        ['fiber', 1],
        ['dsl', 1],
      ],
    )
    await leaves(page)
  })

  test('a connection is found among all, why it took its line is told, and what if that line were gone', async () => {
    const { host } = router.lab.topology.clients[0] ?? assert.fail()
    const flows = await openFlows(router.lab, [host], 4)
    const page = await browser().open(`${URL}#/connections`)
    const found = page.getByRole('region', { name: 'Connections' })
    await page.getByLabel('Find').fill('10.0.0. tcp fiber')
    const row = found.getByRole('row').filter({ hasText: 'tcp' }).first()
    await row.getByRole('link', { name: 'Why?' }).click()
    const answer = page.getByRole('region', { name: 'The answer' })
    await answer.getByText('from the LAN').waitFor()
    await answer.getByText(/^the same \(ip route get /).waitFor()
    await page.getByLabel('fiber').check()
    await answer.getByText('As if fiber were gone.').waitFor()
    await answer.getByText(/^dsl, through /).waitFor()
    await talkAll(flows)
    await leaves(page)
  })

  test('on a phone no page has to be moved sideways', async () => {
    const page = await browser().open(URL, { width: 360, height: 740 })
    for (const name of PAGES) {
      await page.evaluate(`location.hash = '#/${name}'`)
      await page.getByRole('main').getByRole('heading').nth(1).waitFor()
      for (const width of [360, 320]) {
        await page.setViewportSize({ width, height: 740 })
        // The picture takes another shape a moment after the screen did.
        await eventually(
          () => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          (tooWide) => tooWide === 0,
          { what: `${name} is no wider than ${width} px` },
        )
      }
    }
    await leaves(page)
  })

  test('names of 32 signs: nothing has to be moved sideways for them, and no state is lost behind one', async () => {
    for (const count of [3, 8]) {
      const page = await browser().open('about:blank')
      await pretend(page, longNames(count))
      await page.goto(URL)
      await page
        .locator('.flow-label.line')
        .nth(count - 1)
        .waitFor()
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 740 })
        await eventually(
          () => page.evaluate<readonly number[]>(SEEN_STATES),
          ([tooWide, seen]) => tooWide === 0 && seen === count,
          { what: `${count} states are in sight within ${width} px` },
        )
      }
      await leaves(page)
    }
  })

  test('what is broken of a line that is down is not waited for', async () => {
    const page = await browser().open('about:blank')
    await pretend(page, longNames(1))
    await page.goto(`${URL}#/lab`)
    await page.getByRole('button', { name: 'Cut the cable' }).click()
    await page.getByText('it was down already').waitFor()
    await leaves(page)
  })

  test('in both themes every text stands out from what is behind it', async () => {
    const page = await browser().open(URL)
    for (const theme of ['light', 'dark'])
      for (const name of PAGES) {
        await page.evaluate(
          `document.documentElement.dataset.theme = '${theme}'; location.hash = '#/${name}'`,
        )
        await page.getByRole('main').getByRole('heading').nth(1).waitFor()
        const texts = await page.evaluate<readonly ColouredText[]>(COLOURS_OF_TEXTS)
        assert.ok(texts.length > 2, name)
        for (const { color, background, text } of texts)
          assert.ok(
            contrast(color, background) >= 4.5,
            `${theme} ${name}: ${color} on ${background}: ${text}`,
          )
      }
    await leaves(page)
  })

  test('old news is never shown as good news, and a daemon that is back is followed again', async () => {
    const page = await browser().open(URL)
    await card(page, 'fiber').getByText('up', { exact: true }).waitFor()
    await router.daemon.stop()
    await page.getByText(/^No news since \d\d:\d\d:\d\d, trying again\.$/).waitFor()
    await page.getByText('sudo systemctl start multihomed').waitFor()
    for (const line of ['fiber', 'dsl'])
      await card(page, line).getByText('unknown', { exact: true }).waitFor()
    await card(page, 'fiber').getByText('New in 5 min -, wanted now -').waitFor()
    await card(page, 'fiber').getByText('unknown 4 s').waitFor() // it grows
    assert.equal(await page.getByText('Internet works').count(), 0)
    await router.start()
    await page.getByRole('heading', { name: /^Internet works over/ }).waitFor()
    assert.equal(await page.getByText(/^No news/).count(), 0)
    await page.context().close() // what could not be loaded meanwhile the browser complains of, and rightly
  })
})

/** A daemon of so many lines that are down. */
const longNames = (count: number): StatusDocument => {
  const [line] = EXAMPLES.status.lines
  assert.ok(line)
  const { health: _, ...rest } = line
  const named = (i: number) => ({ ...rest, name: `line-${i}`.padEnd(32, '-w'), state: 'down' as const })
  return { ...EXAMPLES.status, lines: Array.from({ length: count }, (_, i) => named(i)) }
}

/** The page of a lab whose daemon says so. Its stream ends at once, and is read again. */
async function pretend(page: Page, status: StatusDocument): Promise<void> {
  const stream = `event: status\ndata: ${JSON.stringify(status)}\n\n`
  const headers = { 'x-multihomed-lab': '1' }
  const answers = {
    '**/v1/rights': EXAMPLES.rights,
    '**/v1/lines/*/history?*': EXAMPLES.lineHistory,
    '**/lab/**': { lines: [], faults: [{ name: 'cut', title: 'Cut the cable', text: '' }] },
  }
  await page.route('**/v1/events/stream', (route) => route.fulfill({ body: stream }))
  for (const [path, json] of Object.entries(answers))
    await page.route(path, (route) => route.fulfill({ json, headers }))
}

/** How much too wide the page is, and how many words of states are wholly within the picture's card. */
const SEEN_STATES = `(() => {
  const card = document.querySelector('.hero').getBoundingClientRect()
  const words = [...document.querySelectorAll('.flow-label .state-word')].map((word) => word.getBoundingClientRect())
  const isWithin = (word) =>
    word.left >= card.left && word.right <= card.right && word.top >= card.top && word.bottom <= card.bottom
  const names = [...document.querySelectorAll('.flow-line-name')].map((name) => name.getBoundingClientRect())
  const isCovered = (word) =>
    names.some((name) => name.left < word.right && word.left < name.right && name.top + 4 < word.bottom && word.top < name.bottom - 4)
  const root = document.documentElement
  return [root.scrollWidth - root.clientWidth, words.filter((word) => isWithin(word) && !isCovered(word)).length]
})()`
