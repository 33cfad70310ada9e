import { useQuery } from '@tanstack/react-query'
import { json } from '../api/http'
import { models as modelsQuery } from '../api/queries'
import type { Conversation, Page } from '../api/types'
import { Link } from '../shell/Link'
import { newPrompt } from '../shell/route'

/** What to do on a first visit, in three steps; gone as soon as there is a conversation. */
export function FirstSteps() {
  const any = useQuery({ queryKey: ['conversations', 'any'], queryFn: () => json<Page<Conversation>>('/api/conversations?limit=1'), staleTime: 60_000 })
  const models = useQuery(modelsQuery)
  if (!any.data || any.data.data.length > 0) return null
  const real = models.data?.data.filter(({ provider }) => provider !== 'builtin') ?? []
  const usual = models.data?.default
  return (
    <section className="first" aria-label="First steps">
      <h2>Welcome to Turnpike</h2>
      <p className="lead">It keeps prompts, and carries every turn along one road that you can see. Three steps:</p>
      <ol className="first-steps">
        <li>
          <b>Say something below.</b>{' '}
          {models.data && usual === undefined ? (
            'Choose a model for it.'
          ) : usual === undefined || usual === 'builtin/echo' ? (
            <>
              It works at once: <code>builtin/echo</code> is no language model, it shows what a model would have been sent.
            </>
          ) : (
            <>
              <code>{usual}</code> answers.
            </>
          )}{' '}
          Type <kbd>@.</kbd> for commands.
        </li>
        <li>
          <b>Look at its road.</b> The button “Road” under each answer shows what every station changed, and why. Or <Link href={newPrompt}>write a prompt</Link> of your own.
        </li>
        <li>
          <b>Connect a model.</b>{' '}
          {real.length > 0 ? (
            <>
              Done: <Link href="/models">{real.length === 1 ? real[0]?.id : `${String(real.length)} models of ${[...new Set(real.map(({ provider }) => provider))].join(', ')}`}</Link> can be chosen below.
            </>
          ) : (
            <>
              Set <code>OPENAI_API_KEY</code> or <code>ANTHROPIC_API_KEY</code> and start the server again, or start <a href="https://ollama.com" rel="noopener noreferrer nofollow" target="_blank">Ollama</a> beside it, which is found by itself. <Link href="/models">More on models</Link>.
            </>
          )}
        </li>
      </ol>
    </section>
  )
}
