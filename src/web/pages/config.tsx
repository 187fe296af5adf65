/** What will my change do? */
import { useEffect, useState } from 'preact/hooks'
import { mayChange } from '../ask.ts'
import { clock } from '../clock.ts'
import { ApplyForm } from '../config/apply-form.tsx'
import { DiffView } from '../config/diff-view.tsx'
import {
  base,
  current,
  draft,
  goOnFromTheirs,
  isEdited,
  isOvertaken,
  readConfig,
  readTrouble,
  takeTheirs,
} from '../config/draft.ts'
import { Editor } from '../config/editor.tsx'
import { FormerTexts } from '../config/former-texts.tsx'
import { PlanView } from '../config/plan-view.tsx'
import { useCheck } from '../config/use-check.ts'
import { status } from '../live.ts'
import { WhyNoChange } from '../change-button.tsx'
import { TroubleText } from '../trouble-text.tsx'

export function ConfigPage() {
  const { configAppliedAt, trial } = status.value ?? {}
  useEffect(() => {
    if (mayChange.value) void readConfig()
  }, [mayChange.value, configAppliedAt, trial?.since])
  useEffect(() => {
    const keep = (event: BeforeUnloadEvent): void => {
      if (isEdited.value) event.preventDefault()
    }
    addEventListener('beforeunload', keep)
    return () => removeEventListener('beforeunload', keep)
  }, [])
  if (!mayChange.value)
    return (
      <section class="card">
        <h2>The configuration</h2>
        <p>
          It may hold secrets, such as the addresses of message services, so that only who may change it reads
          it.
        </p>
        <WhyNoChange />
      </section>
    )
  return (
    <>
      {readTrouble.value && <TroubleText trouble={readTrouble.value} />}
      {current.value?.trouble !== undefined && (
        <p class="trouble">
          {current.value.file} cannot be read: {current.value.trouble}.
        </p>
      )}
      {base.value !== undefined && <Workbench />}
      <FormerTexts />
    </>
  )
}

function Workbench() {
  const { check, trouble, isFresh } = useCheck(draft.value, status.value?.configAppliedAt)
  const { file = '' } = current.value ?? {}
  const isOnTrial = status.value?.trial !== undefined
  return (
    <div class="workbench">
      <section class="card" aria-label="The file">
        <h2>
          {file} <span class="quiet small">{isEdited.value ? 'edited' : 'as it is'}</span>
        </h2>
        <Remarks />
        <Editor
          label={`The configuration file ${file}`}
          text={draft.value}
          problems={check?.problems ?? []}
          isReadOnly={isOnTrial}
          onInput={(text) => {
            draft.value = text
          }}
        />
        <ApplyForm isRight={isFresh && check?.ok === true} />
        {isEdited.value && !isOnTrial && (
          <p>
            <button type="button" class="link" onClick={takeTheirs}>
              Back to what the file holds
            </button>
          </p>
        )}
      </section>
      <section class="card" aria-label="What it would do" aria-busy={!isFresh}>
        <h2>
          What it would do <span class="quiet small">{isFresh ? '' : 'looking…'}</span>
        </h2>
        {trouble && <TroubleText trouble={trouble} />}
        {check && <PlanView check={check} />}
        {isEdited.value && base.value !== undefined && (
          <details>
            <summary>What I changed</summary>
            <DiffView before={base.value.text} after={draft.value} />
          </details>
        )}
      </section>
    </div>
  )
}

/** What one must know before one writes. */
function Remarks() {
  const { unwritable, running, text } = current.value ?? {}
  const undone = status.value?.undone
  return (
    <>
      {unwritable !== undefined && (
        <p class="remark">
          It can be checked here, and not applied: {unwritable.why}. To change that: {unwritable.help}.
        </p>
      )}
      {isOvertaken.value && <Overtaken />}
      {undone !== undefined && status.value?.trial === undefined && (
        <p class="remark">
          Undone at {clock(Date.parse(undone.at))}: {undone.why}.
          {isEdited.value && ' What was written is still here.'}
        </p>
      )}
      {running?.text !== undefined && status.value?.trial === undefined && (
        <p class="remark">
          What runs is not what the file holds.{' '}
          <button type="button" class="link" onClick={() => (draft.value = running.text ?? text ?? '')}>
            Take what runs into the editor
          </button>
        </p>
      )}
    </>
  )
}

function Overtaken() {
  const [isShown, show] = useState(false)
  return (
    <div class="remark">
      <p>
        Somebody else wrote to the file since.{' '}
        <button type="button" class="link" aria-expanded={isShown} onClick={() => show(!isShown)}>
          What he changed
        </button>{' '}
        <button type="button" class="link" onClick={takeTheirs}>
          Take his and lose mine
        </button>{' '}
        <button type="button" class="link" onClick={goOnFromTheirs}>
          Mine is to replace it
        </button>
      </p>
      {isShown && <DiffView before={base.value?.text ?? ''} after={current.value?.text ?? ''} />}
    </div>
  )
}
