/** Debian's Chromium on a host of the lab, driven as a person would. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { Lab } from '../index.ts'

const CHROMIUM = '/usr/bin/chromium'

/** @returns why no browser can be started here, `undefined` if one can */
export const whyNoBrowser = (): string | undefined =>
  existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}: apt install chromium`

/** Nothing that asks the Internet, or keeps anything. As root, and in namespaces, it has no sandbox of its own. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface LabBrowser extends AsyncDisposable {
  /** What went wrong in any page so far: errors of scripts, and whatever the browser refused or missed. */
  readonly complaints: readonly string[]
  /** A page in a profile of its own. */
  open(url: string, size?: { readonly width: number; readonly height: number }): Promise<Page>
}

/** @param host whose `localhost` it sees */
export async function startBrowser(lab: Lab, host: string): Promise<LabBrowser> {
  const home = join(lab.directory, 'browser')
  await mkdir(home, { recursive: true })
  // The browser is started by the driver, so it enters the host by itself.
  const starter = join(home, 'chromium.sh')
  await writeFile(
    starter,
    `#!/bin/sh\nexec nsenter --net=/run/netns/${lab.host(host).name} -- ${CHROMIUM} "$@"\n`,
    {
      mode: 0o755,
    },
  )
  const browser: Browser = await chromium.launch({
    executablePath: starter,
    args: ARGUMENTS,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  })
  const complaints: string[] = []
  return {
    complaints,
    async open(url, viewport = { width: 1280, height: 800 }) {
      const context: BrowserContext = await browser.newContext({ viewport })
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)))
      page.on('console', (message) => {
        // What the daemon will not do it says, and the page shows it.
        if (/responded with a status of 409/.test(message.text())) return
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await page.goto(url)
      return page
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Of a colour text as the browser computes it. */
function luminance(colour: string): number {
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour) ?? assert.fail(`what colour is ${colour}?`)
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map((part) => {
    const value = Number(part) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, "contrast ratio" */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Text and background of everything on the page that shows text, each pair once. */
export const COLOURS_OF_TEXTS = `(() => {
  const seen = new Map()
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at)
      if (!/, 0\\)$|transparent/.test(backgroundColor)) return backgroundColor
    }
    return 'rgb(255, 255, 255)'
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement
    if (text.data.trim() === '' || !element.checkVisibility() || element.closest('.only-spoken, :disabled, .skip')) continue
    const { color } = getComputedStyle(element)
    seen.set(color + behind(element), { color, background: behind(element), text: text.data.trim().slice(0, 40) })
  }
  return [...seen.values()]
})()`

export interface ColouredText {
  readonly color: string
  readonly background: string
  readonly text: string
}
