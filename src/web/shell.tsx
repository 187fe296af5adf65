/** What stands around every page. */
import { useEffect } from 'preact/hooks'
import { learnRight, tokenIsNeeded } from './ask.ts'
import { HelpDialog } from './help-dialog.tsx'
import { startKeys } from './keys.ts'
import { status } from './live.ts'
import { NewsBar } from './news-bar.tsx'
import { pagesThere } from './pages.ts'
import { linkTo, place } from './route.ts'
import { nextTheme, theme } from './theme.ts'
import { asksForToken, TokenDialog, TokenPage } from './token-form.tsx'
import { TrialBar } from './trial-bar.tsx'
import { Verdict } from './verdict.tsx'
import { showsHelp } from './wishes.ts'

export function Shell() {
  useEffect(() => {
    startKeys()
  }, [])
  const { page, rest } = place.value
  const pages = pagesThere()
  const entry = pages.find(({ name }) => name === page)
  const title = entry?.title ?? 'Not here'
  const hostname = status.value?.hostname
  useEffect(() => {
    document.title = [title, hostname, 'multihome'].filter((part) => part !== undefined).join(' · ')
  }, [title, hostname])

  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>('#main')?.focus()}
      >
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={linkTo('overview')}>
          multihome{hostname !== undefined && <span class="quiet"> · {hostname}</span>}
        </a>
        <nav aria-label="Pages">
          {pages
            .filter(({ isApart }) => isApart !== true)
            .map(({ name, title, short }) => (
              <a key={name} href={linkTo(name)} aria-current={name === page ? 'page' : undefined}>
                <span class="wide-only">{title}</span>
                <span class="narrow-only">{short}</span>
              </a>
            ))}
        </nav>
        <div class="tools">
          <button type="button" class="plain" onClick={() => (theme.value = nextTheme(theme.value))}>
            Theme: {theme}
          </button>
          <button
            type="button"
            class="plain"
            aria-label="Keys and help"
            onClick={() => (showsHelp.value = true)}
          >
            ?
          </button>
        </div>
      </header>
      <NewsBar />
      <TrialBar />
      <main id="main" tabIndex={-1}>
        {tokenIsNeeded.value !== undefined ? (
          <TokenPage why={tokenIsNeeded.value} />
        ) : (
          <>
            <Verdict isLarge={page === 'overview' || page === 'glance'} />
            {entry === undefined ? <NotHere /> : <entry.component rest={rest} />}
          </>
        )}
      </main>
      <HelpDialog />
      {asksForToken.value && <TokenDialog onKept={() => void learnRight()} />}
    </>
  )
}

const NotHere = () => (
  <p>
    There is no such page. <a href={linkTo('overview')}>Overview</a>
  </p>
)
