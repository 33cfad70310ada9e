import { useState, type ReactNode } from 'react'
import type { Attempt, Change, Explained, Json, PackingItem, StationTrace, TextSource, TriggerRecord, Warning } from '../api/types'
import { Chip } from '../kit/Bits'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { brief, count, duration, many, money, pretty } from '../kit/words'
import { Long } from '../markdown/Long'
import { Typed } from '../triggers/Typed'
import '../triggers/triggers.css'
import { ExplainedValues } from './ExplainedValues'
import { Request, type RequestShape } from './Request'
import { sourceOf, stopsOf, type Stop } from './stations'
import './road.css'

interface Props {
  typed: string
  trace: readonly StationTrace[]
  triggers: readonly TriggerRecord[]
  warnings: readonly Warning[]
  variables?: Record<string, Explained> | undefined
  parameters?: Record<string, Explained> | undefined
  packing?: readonly PackingItem[] | undefined
  request?: RequestShape | undefined
  sources?: readonly TextSource[] | undefined
  attempts?: readonly Attempt[] | undefined
  actions?: readonly Json[] | undefined
}

const nothing: readonly PackingItem[] = []

/** The road of a turn: at each station what changed, by whom, and because of which words. */
export function Road({ typed, trace, triggers, warnings, variables, parameters, packing = nothing, request, sources, attempts, actions }: Props) {
  const stops = stopsOf(trace)
  const values = { ...parameters, ...variables }
  return (
    <Tabs className="tabs">
      <TabList aria-label="The road of this turn" className="tab-list">
        <Tab id="road" className="tab">
          Road
        </Tab>
        {request ? (
          <Tab id="request" className="tab">
            Request
          </Tab>
        ) : null}
        {Object.keys(values).length > 0 ? (
          <Tab id="values" className="tab">
            Values
          </Tab>
        ) : null}
        {packing.length > 0 ? (
          <Tab id="packing" className="tab">
            Packing
          </Tab>
        ) : null}
        {attempts && attempts.length > 0 ? (
          <Tab id="attempts" className="tab">
            Attempts
          </Tab>
        ) : null}
      </TabList>
      <TabPanel id="road" className="tab-panel">
        {typed ? (
          <p className="road-typed">
            <Typed text={typed} triggers={triggers} warnings={warnings} />
          </p>
        ) : null}
        {warnings.length > 0 ? (
          <ul className="remarks">
            {warnings.map((warning, n) => (
              <li key={n}>
                {warning.message} <small>{warning.station}</small>
              </li>
            ))}
          </ul>
        ) : null}
        <ol className="road">
          {stops.map((stop) => (
            <Station key={stop.name} stop={stop} typed={typed} />
          ))}
        </ol>
        {actions && actions.length > 0 ? (
          <section>
            <h3>After the turn is kept</h3>
            <Long text={pretty(actions)} mono />
          </section>
        ) : null}
      </TabPanel>
      {request ? (
        <TabPanel id="request" className="tab-panel">
          <Request request={request} sources={sources} />
        </TabPanel>
      ) : null}
      <TabPanel id="values" className="tab-panel">
        {parameters && Object.keys(parameters).length > 0 ? (
          <>
            <h3>Parameters</h3>
            <ExplainedValues values={parameters} />
          </>
        ) : null}
        {variables && Object.keys(variables).length > 0 ? (
          <>
            <h3>Variables</h3>
            <ExplainedValues values={variables} />
          </>
        ) : null}
      </TabPanel>
      <TabPanel id="packing" className="tab-panel">
        <Packing packing={packing} />
      </TabPanel>
      {attempts ? (
        <TabPanel id="attempts" className="tab-panel">
          <Attempts attempts={attempts} />
        </TabPanel>
      ) : null}
    </Tabs>
  )
}

function Station({ stop, typed }: { stop: Stop; typed: string }) {
  const passed = stop.milliseconds !== null
  return (
    <li className={`station${passed ? '' : ' ahead'}${stop.changes.length > 0 ? ' busy' : ''}`}>
      <div className="station-head">
        <h3>{stop.title}</h3>
        <span className="soft">{passed ? duration(stop.milliseconds) : 'not reached'}</span>
      </div>
      {stop.changes.length === 0 ? (
        <p className="soft station-says">{stop.says}</p>
      ) : (
        <ul className="changes">
          {stop.changes.map((change, n) => (
            <ChangeRow key={n} change={change} typed={typed} />
          ))}
        </ul>
      )}
    </li>
  )
}

function ChangeRow({ change, typed }: { change: Change; typed: string }) {
  const [whole, setWhole] = useState(false)
  const { kind, name } = sourceOf(change.source)
  const isLong = brief(change.before, 1000).length + brief(change.after, 1000).length > 160
  const words = change.span && change.span.end <= typed.length ? typed.slice(change.span.start, change.span.end) : ''
  return (
    <li className="change">
      <div className="change-what">
        <code className="change-path">{change.path}</code>
        <span className="by">
          by <Chip tone={kind || 'source'}>{kind ? `${kind} ${name}` : name}</Chip>
        </span>
      </div>
      {whole ? (
        <div className="change-whole">
          <Side label="before" value={change.before} />
          <Side label="after" value={change.after} />
        </div>
      ) : (
        <div className="change-values">
          {change.before === null || change.before === '' ? null : (
            <>
              <del>{brief(change.before, 90)}</del> <span aria-label="became">→</span>{' '}
            </>
          )}
          {change.after === null ? <em className="soft">nothing</em> : <ins>{brief(change.after, 90)}</ins>}
        </div>
      )}
      {words ? (
        <div className="change-span">
          because of <q>{words}</q>
        </div>
      ) : null}
      {isLong ? (
        <button type="button" className="text-button" onClick={() => setWhole(!whole)} aria-expanded={whole}>
          {whole ? 'less' : 'whole'}
        </button>
      ) : null}
    </li>
  )
}

function Side({ label, value }: { label: string; value: Json }): ReactNode {
  return (
    <div>
      <div className="small-head">{label}</div>
      {value === null ? <em className="soft">nothing</em> : <Long text={pretty(value)} mono />}
    </div>
  )
}

/** What did not fit the model, and what became of it. */
function Packing({ packing }: { packing: readonly PackingItem[] }) {
  return (
    <ul className="changes" aria-label="What did not fit">
      {packing.map((item) => (
        <li key={`${item.kind}-${item.id}`} className="change">
          <div className="change-what">
            <b>{item.title ?? (item.turns === undefined ? item.id : `${item.kind}: ${many(item.turns, 'turn')}`)}</b>
            <Chip tone={item.outcome === 'used' ? 'good' : 'warn'}>{item.outcome}</Chip>
          </div>
          <p className="packing-why">{item.reason}</p>
          <small>
            {item.kind} · ≈ {count(item.sent)} of {count(item.tokens)} tokens sent
          </small>
        </li>
      ))}
    </ul>
  )
}

function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <div className="table-scroll" role="region" aria-label="Attempts" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>Step</th>
            <th>Try</th>
            <th>Model</th>
            <th>Ended</th>
            <th data-side="right">Tokens in</th>
            <th data-side="right">out</th>
            <th data-side="right">First token</th>
            <th data-side="right">Took</th>
            <th data-side="right">Cost</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((one) => (
            <tr key={`${String(one.step)}-${String(one.attempt)}`}>
              <td>{one.step}</td>
              <td>{one.attempt}</td>
              <td title={one.providerRequestId ?? one.providerResponseId}>{one.model}</td>
              <td>
                {one.status}
                {one.finishReason ? ` (${one.finishReason})` : ''}
                {one.error ? <div className="wrong">{one.error.message}</div> : null}
              </td>
              <td data-side="right">{one.usage ? count(one.usage.inputTokens) : ''}</td>
              <td data-side="right">{one.usage ? count(one.usage.outputTokens) : ''}</td>
              <td data-side="right">{duration(one.timeToFirstToken)}</td>
              <td data-side="right">{duration(one.milliseconds)}</td>
              <td data-side="right">{money(one.cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
