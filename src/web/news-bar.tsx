/** Says when what is shown is old; nothing else may look as if all were well then. */
import { isLab } from './ask.ts'
import { clock } from './clock.ts'
import { heardAtMs, isRefused, news } from './live.ts'

export function NewsBar() {
  const isNew = news.value === 'new'
  const text = isNew
    ? isRefused.value && 'No answer yet, trying again.'
    : news.value === 'silent' && `No news since ${clock(heardAtMs.value)}, trying again.`
  return (
    <div role="alert" class="news">
      {text && (
        <p class="news-bar">
          <strong>{text}</strong>
          {isRefused.value && (
            <>
              {' '}
              If multihomed is not running: traffic flows as it was, and nobody watches. Start it:{' '}
              <code>
                {isLab.value ? 'multihome lab exec router multihome run' : 'sudo systemctl start multihomed'}
              </code>
            </>
          )}
        </p>
      )}
    </div>
  )
}
