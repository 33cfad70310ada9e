import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, Download, Ellipsis, History, MessageSquarePlus, Save, Trash2 } from 'lucide-react'
import { Suspense, useEffect, useMemo, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { ask, json, Problem, query } from '../api/http'
import { prompt as promptQuery } from '../api/queries'
import type { Prompt } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { download } from '../kit/copy'
import { Confirm } from '../kit/Confirm'
import { keep, kept as keptText } from '../kit/keep'
import { later } from '../kit/later'
import { Menu } from '../kit/Menu'
import { TakeBack } from '../kit/TakeBack'
import { sayError } from '../kit/Toasts'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import { Issues } from './Issues'
import { Messages } from './Messages'
import { Request } from './RequestPanel'
import { RunPanel } from './RunPanel'
import { SaveDialog } from './SaveDialog'
import { Settings } from './Settings'
import { textsOf, variablesIn } from './text'
import { isOther, useDraft } from './useDraft'
import { useIssues } from './useIssues'
import { testsSlot } from './useTestsDraft'
import { VariableDefinitions } from './VariableDefinitions'
import { Versions } from './Versions'

const TestsPanel = later(() => import('./TestsPanel'))

const empty: Prompt = { key: '', messages: [{ role: 'system', content: '' }, { role: 'user', content: '{{input}}' }] }

/** A prompt as it is written, and beside it what it does: it runs unsaved. */
export function PromptEditor({ name }: { name: string | null }) {
  const kept = useQuery({ ...promptQuery(name ?? '', 'latest'), enabled: name !== null })
  if (name === null) return <Editor kept={empty} etag="" isNew />
  if (kept.data) return <Editor key={name} kept={kept.data.prompt} etag={kept.data.etag} />
  return kept.error ? <Fault error={kept.error} /> : <Loading what="Reading the prompt" />
}

function Editor({ kept, etag, isNew = false }: { kept: Prompt; etag: string; isNew?: boolean }) {
  const queries = useQueryClient()
  const { draft, base, unsaved, isDirty, turn, change, replace, reset, leave } = useDraft({ prompt: kept, etag }, `prompt:${kept.key ?? ''}`)
  const [saving, setSaving] = useState(false)
  const [old, setOld] = useState<Prompt | null>(null)
  const [archiving, setArchiving] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const [panel, setPanel] = useState<string>('run')
  const tests = testsSlot(kept.key ?? '')
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (isDirty || keptText(tests) !== null) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isDirty, tests])

  const restore = (version: Prompt) => replace({ ...version, key: kept.key ?? '' })
  const { issues, isFresh } = useIssues(unsaved)
  const used = useMemo(() => variablesIn(textsOf(draft)), [draft])
  const isBuiltIn = kept.tags?.includes('built-in') ?? false
  const archive = () =>
    ask(`/api/prompts/${encodeURIComponent(kept.key ?? '')}`, { method: 'DELETE' }).then(() => {
      leave()
      keep(tests, null)
      go('/prompts')
      return queries.invalidateQueries({ queryKey: ['prompts'] })
    }, sayError)
  const exportFile = async () => {
    try {
      const response = await ask(`/api/prompts/${encodeURIComponent(kept.key ?? '')}/export${query({ version: base.prompt.version })}`, { headers: { Accept: 'text/x-dotprompt' } })
      download(`${(kept.key ?? 'prompt').replaceAll('/', '-')}.prompt`, await response.text())
    } catch (error) {
      if (error instanceof Problem && error.status === 404) download(`${(kept.key ?? 'prompt').replaceAll('/', '-')}.json`, JSON.stringify(unsaved, null, 2), 'application/json')
      else sayError(error)
    }
  }
  return (
    <div className="prompt-page">
      <header className="prompt-head">
        <Link href="/prompts" className="button icon" aria-label="All prompts">
          <ArrowLeft />
        </Link>
        <div className="prompt-titles">
          <h1>
            <input className="title-input" aria-label="Title" dir="auto" placeholder="A title" value={draft.title ?? ''} onChange={(event) => change({ title: event.target.value })} />
          </h1>
          <span className="prompt-sub">
            {isNew ? <Chip tone="warn">not saved yet</Chip> : <code>{kept.key}</code>}
            {kept.version && !isBuiltIn ? <Chip>v{kept.version}</Chip> : null}
            {isBuiltIn ? <Chip>built-in</Chip> : null}
            {kept.labels?.map((label) => (
              <Chip key={label} tone={label === 'production' ? 'good' : 'on'}>
                {label}
              </Chip>
            ))}
            {isDirty && !isNew ? <Chip tone="warn">changed</Chip> : null}
            {isDirty && isOther(kept, base.prompt) ? <Chip tone="warn">somebody saved v{kept.version} meanwhile</Chip> : null}
          </span>
        </div>
        <div className="actions">
          {isNew ? null : (
            <Button onPress={() => go(`/conversations?prompt=${encodeURIComponent(kept.key ?? '')}`)}>
              <MessageSquarePlus aria-hidden /> Talk with it
            </Button>
          )}
          <Button look="main" isDisabled={!isDirty && !isNew} onPress={() => setSaving(true)}>
            <Save aria-hidden /> Save
          </Button>
          {isNew ? null : (
            <Menu
              label="Prompt"
              choices={[
                { id: 'versions', label: 'Versions and labels', icon: <History />, act: () => setPanel('versions') },
                { id: 'export', label: 'Export', icon: <Download />, act: () => void exportFile() },
                { id: 'undo', label: 'Take my changes back', isDisabled: !isDirty, act: () => setLeaving(true) },
                'line',
                { id: 'archive', label: 'Archive', icon: <Trash2 />, danger: true, isDisabled: isBuiltIn, act: () => setArchiving(true) },
              ]}
            >
              <IconButton label="More">
                <Ellipsis />
              </IconButton>
            </Menu>
          )}
        </div>
      </header>
      <div className="prompt-body">
        <div key={turn} className="prompt-edit">
          <Issues issues={issues} isFresh={isFresh} used={used} draft={draft} onChange={change} />
          <Messages messages={draft.messages} names={(draft.variables ?? []).map((one) => one.name)} issues={issues} onChange={(messages) => change({ messages })} />
          <VariableDefinitions variables={draft.variables ?? []} used={used} onChange={(variables) => change({ variables })} />
          <Settings draft={draft} onChange={change} />
        </div>
        <aside className="prompt-side" aria-label="What it does">
          <Tabs className="tabs" selectedKey={panel} onSelectionChange={(chosen) => setPanel(String(chosen))}>
            <TabList aria-label="What it does" className="tab-list">
              <Tab id="run" className="tab">
                Run
              </Tab>
              <Tab id="request" className="tab">
                Request
              </Tab>
              {isNew ? null : (
                <Tab id="versions" className="tab">
                  Versions
                </Tab>
              )}
              {isNew ? null : (
                <Tab id="tests" className="tab">
                  Tests
                </Tab>
              )}
            </TabList>
            <TabPanel id="run" className="tab-panel" shouldForceMount>
              <div hidden={panel !== 'run'}>
                <RunPanel prompt={unsaved} name={isNew ? null : (kept.key ?? null)} isDirty={isDirty || isNew} />
              </div>
            </TabPanel>
            <TabPanel id="request" className="tab-panel">
              <Request prompt={unsaved} />
            </TabPanel>
            {isNew ? null : (
              <TabPanel id="versions" className="tab-panel">
                <Versions name={kept.key ?? ''} draft={unsaved} onRestore={(version) => (isDirty ? setOld(version) : restore(version))} />
              </TabPanel>
            )}
            {isNew ? null : (
              <TabPanel id="tests" className="tab-panel">
                <Suspense fallback={<Loading />}>
                  <TestsPanel name={kept.key ?? ''} draft={unsaved} isDirty={isDirty} />
                </Suspense>
              </TabPanel>
            )}
          </Tabs>
        </aside>
      </div>
      {saving ? (
        <SaveDialog
          prompt={unsaved}
          etag={base.etag}
          isNew={isNew}
          onClose={() => setSaving(false)}
          onSaved={(made, tag) => {
            leave()
            setSaving(false)
            queries.setQueryData(promptQuery(made.key ?? '', 'latest').queryKey, { prompt: made, etag: tag })
            if (!isNew) reset({ prompt: made, etag: tag })
            void queries.invalidateQueries({ queryKey: ['prompts'] })
            go(to('prompts', made.key ?? ''))
          }}
        />
      ) : null}
      {old ? (
        <Confirm
          title="Take the place of what you wrote?"
          keep="Keep what I wrote"
          act={`Bring back version ${String(old.version)}`}
          onAct={() => {
            restore(old)
            setOld(null)
          }}
          onClose={() => setOld(null)}
        >
          <p>You have changed this prompt and not saved it. Version {old.version} would take its place.</p>
        </Confirm>
      ) : null}
      {leaving ? <TakeBack what="this prompt" onAct={() => reset({ prompt: kept, etag })} onClose={() => setLeaving(false)} /> : null}
      {archiving ? (
        <Confirm title={`Archive “${kept.key ?? ''}”?`} act="Archive" onAct={() => void archive()} onClose={() => setArchiving(false)}>
          <p>Requests that name it find it no more; what ran it keeps its own copy. It stays among the archived prompts, from where it can be brought back.{isDirty ? ' What you changed here and did not save is lost.' : ''}</p>
        </Confirm>
      ) : null}
    </div>
  )
}

/** Reads one version of a prompt. */
export const versionOf = (name: string, version: number): Promise<Prompt> => json<Prompt>(`/api/prompts/${encodeURIComponent(name)}?version=${String(version)}`)
