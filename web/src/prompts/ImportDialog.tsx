import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { ask, query } from '../api/http'
import { Chip } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import '../turns/road.css'
import { say } from '../kit/Toasts'
import { useChange } from '../kit/useChange'
import { many } from '../kit/words'

/** What an import did, or would do. */
interface Report {
  source: string
  items: { kind: string; from: string; outcome: 'imported' | 'changed' | 'skipped'; id?: string; version?: number; details: string[]; labels?: string[] }[]
}

/** Takes in a prompt file: first it is only read, and says what would become of it; then it is kept. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const [report, setReport] = useState<(Report & { isKept: boolean }) | null>(null)
  const [run, busy] = useChange('prompts')
  const take = async (files: FileList | null) => {
    const file = files?.[0]
    if (!file) return
    setText(await file.text())
    setName(/\.json$/i.test(file.name) ? '' : file.name.replace(/\.(prompt|prompty|md|txt)$/i, '')) // JSON says its keys itself, if need be of many prompts
    setReport(null)
  }
  // What was said of another text or key says nothing of this one.
  const change = (set: () => void) => {
    set()
    setReport(null)
  }
  const send = (dryRun: boolean) =>
    run(async () => {
      const response = await ask(`/api/prompts/import${query({ key: name, dryRun })}`, { method: 'POST', body: text, headers: { 'Content-Type': text.trimStart().startsWith('{') || text.trimStart().startsWith('[') ? 'application/json' : 'text/x-dotprompt' } })
      const made = (await response.json()) as Report
      const left = made.items.filter(({ outcome }) => outcome === 'skipped').length
      const taken = made.items.length - left
      setReport({ ...made, isKept: !dryRun })
      if (dryRun) return
      say(`${many(taken, 'prompt')} imported${left > 0 ? `, ${String(left)} left out` : ''}.`, taken === 0)
      if (taken > 0 && made.items.every(({ outcome }) => outcome === 'imported')) onClose()
    })
  return (
    <Dialog title="Import prompts" isOpen onClose={onClose} shape="wide">
      <div className="form">
        <p className="soft">A .prompt file, a prompt as JSON, or the export of another system. It is read first, and kept only when you say so.</p>
        <FileTrigger acceptedFileTypes={['.prompt', '.prompty', '.json', '.md', '.txt']} onSelect={(files) => void take(files)}>
          <Button>Choose a file</Button>
        </FileTrigger>
        <Field label="Key" value={name} onChange={(value) => change(() => setName(value))} hint="Under which it is kept; leave it empty when the file says so." />
        <Field label="Content" lines={10} mono value={text} onChange={(value) => change(() => setText(value))} />
        {report ? <WhatIsKept report={report} isKept={report.isKept} /> : null}
        <div className="actions end">
          <Button isDisabled={busy || text === ''} onPress={() => void send(true)}>
            Look first
          </Button>
          <Button look="main" isDisabled={busy || text === ''} onPress={() => void send(false)}>
            Import
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const words = { imported: 'as it is', changed: 'changed', skipped: 'left out' }
const tones = { imported: 'good', changed: 'warn', skipped: 'bad' }

function WhatIsKept({ report, isKept }: { report: Report; isKept: boolean }) {
  return (
    <section aria-label={isKept ? 'What is kept' : 'What would be kept'}>
      <div className="small-head">Read as {report.source}; {isKept ? 'this became of it' : 'nothing is kept yet'}</div>
      <ul className="changes import-report">
        {report.items.map((item, n) => (
          <li key={n} className="change">
            <div className="change-what">
              <b>{item.id ?? item.from}</b>
              <span className="chips">
                <Chip>{item.kind}</Chip>
                {item.labels?.map((label) => (
                  <Chip key={label} tone="on">
                    {label}
                  </Chip>
                ))}
                <Chip tone={tones[item.outcome]}>{words[item.outcome]}</Chip>
              </span>
            </div>
            {item.details.map((detail) => (
              <div key={detail} className="soft">
                {detail}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
