import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { models as modelsQuery } from '../api/queries'
import type { Model } from '../api/types'
import { Chip, Fault, Loading, PageHead } from '../kit/Bits'
import { count, many } from '../kit/words'

/** The models that were found, and how to connect more. */
export default function ModelsPage() {
  const models = useQuery(modelsQuery)
  const [words, setWords] = useState('')
  const all = models.data?.data ?? []
  const shown = all.filter(({ id, displayName }) => `${id} ${displayName ?? ''}`.toLowerCase().includes(words.toLowerCase().trim()))
  const providers = [...new Set(all.map(({ provider }) => provider))]
  return (
    <div className="page">
      <PageHead title="Models and providers" under={models.data ? `${models.data.default ? `Turns that name no model ask ${models.data.default}. ` : ''}Prices are for a million tokens; – is not known.` : undefined} />
      {models.error ? <Fault error={models.error} /> : null}
      {models.isPending ? <Loading what="Asking the providers" /> : null}
      {models.data?.unavailable.map((one) => (
        <div key={one.provider} className="fault" role="note">
          <span>
            <b>{one.provider}</b> {one.message}
          </span>
        </div>
      ))}
      {all.length > 12 ? (
        <div className="toolbar">
          <input className="input search" type="search" placeholder="Search models" aria-label="Search models" value={words} onChange={(event) => setWords(event.target.value)} />
        </div>
      ) : null}
      {providers.map((provider) => {
        const own = shown.filter((model) => model.provider === provider)
        return own.length === 0 ? null : (
          <section key={provider} aria-label={provider} className="provider">
            <h2>
              {provider} <small>{many(own.length, 'model')}</small>
            </h2>
            <div className="table-scroll" role="region" aria-label={`Models of ${provider}`} tabIndex={0}>
              <table className="table stacks">
                <thead>
                  <tr>
                    <th>Model</th>
                    <th>Takes</th>
                    <th data-side="right">Window, tokens</th>
                    <th data-side="right">Price in</th>
                    <th data-side="right">Price out</th>
                  </tr>
                </thead>
                <tbody>
                  {own.map((model) => (
                    <Row key={model.id} model={model} isDefault={model.id === models.data?.default} />
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        )
      })}
      <section className="card more-models" aria-label="Connect a model">
        <h2>Connect a model</h2>
        <ul>
          <li>
            <code>OPENAI_API_KEY</code> or <code>ANTHROPIC_API_KEY</code> in the environment of the server, then start it again.
          </li>
          <li>
            A local Ollama on its usual port is found by itself; any other OpenAI-compatible server by <code>OPENAI_BASE_URL</code>.
          </li>
          <li>
            More than one of a kind: <code>Turnpike:Providers</code> in <code>appsettings.json</code>, each with <code>name</code>, <code>kind</code>, <code>baseUrl</code>, <code>key</code>. Keys stay on the server; no page ever shows one.
          </li>
        </ul>
      </section>
    </div>
  )
}

const price = (value: number | undefined, currency: string | undefined) => (value === undefined ? '–' : `${currency === 'USD' || currency === undefined ? '$' : `${currency} `}${String(value)}`)

const Row = ({ model, isDefault }: { model: Model; isDefault: boolean }) => (
  <tr>
    <td>
      <code>{model.id}</code> {isDefault ? <Chip tone="on">default</Chip> : null}
      {model.displayName ? <div className="soft">{model.displayName}</div> : null}
    </td>
    <td data-label="Takes">
      {model.input?.length || model.tools ? (
        <span className="chips">
          {model.input?.map((kind) => (
            <Chip key={kind}>{kind}</Chip>
          ))}
          {model.tools ? <Chip>tools</Chip> : null}
        </span>
      ) : (
        '–'
      )}
    </td>
    <td data-side="right" data-label="Window, tokens">{model.contextWindow ? count(model.contextWindow) : '–'}</td>
    <td data-side="right" data-label="Price in">{price(model.price?.input, model.price?.currency)}</td>
    <td data-side="right" data-label="Price out">{price(model.price?.output, model.price?.currency)}</td>
  </tr>
)
