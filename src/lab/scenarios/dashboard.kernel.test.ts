/** The dashboard in a real browser, with the real daemon and real packets. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
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

  test('all lines are there, one that breaks is seen to break and to heal, and what happened is told', async (context) => {
    const page = await browser().open(URL)
    await page.getByRole('heading', { name: 'Internet works over fiber and dsl.' }).waitFor()
    for (const line of ['fiber', 'dsl']) await card(page, line).getByText('up', { exact: true }).waitFor()
    const cutAtMs = performance.now()
    await router.lab.cut('fiber')
    await card(page, 'fiber').getByText('DOWN').waitFor()
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
    await leaves(page)
  })

  test('a line is drained with a token, which stays in the tab and is in no address', async () => {
    const page = await browser().open(`${URL}#/lines/dsl`)
    const drain = page.getByRole('button', { name: 'Drain dsl' })
    await drain.waitFor()
    assert.ok(await drain.isDisabled(), 'on the box one may look without one, and no more')
    const secret = await giveToken(page, 'drainer')
    await drain.click()
    await page.getByRole('button', { name: 'Use again dsl' }).waitFor()
    assert.equal((await router.status()).lines.find(({ name }) => name === 'dsl')?.state, 'draining')
    await page.getByRole('button', { name: 'Use again dsl' }).click()
    await drain.waitFor()
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
    assert.match(String(await page.evaluate('document.activeElement.textContent')), /fiber/)
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
    assert.equal(await page.getByText('Internet works').count(), 0)
    await router.start()
    await page.getByRole('heading', { name: /^Internet works over/ }).waitFor()
    assert.equal(await page.getByText(/^No news/).count(), 0)
    await page.context().close() // what could not be loaded meanwhile the browser complains of, and rightly
  })
})
