import { useQuery } from '@tanstack/react-query'
import { Play, Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ask, json } from '../api/http'
import { tools as toolsQuery } from '../api/queries'
import type { Page, Tool } from '../api/types'
import { Chip, Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { Dialog } from '../kit/Dialog'
import { Field, Select, Toggle } from '../kit/Fields'
import { say } from '../kit/Toasts'
import { useChange } from '../kit/useChange'
import { many, pretty } from '../kit/words'
import { Long } from '../markdown/Long'
import { TryTool } from './TryTool'
import './tools.css'

interface ToolServer {
  name: string
  transport: 'http' | 'stdio'
  url?: string
  command?: string
  args?: string[]
  trusted?: boolean
  tools?: string[]
  configured?: boolean
  health?: { status: string; tools?: number; error?: string; detail?: string; leftOut?: string[] }
}

export default function ToolsPage() {
  const tools = useQuery(toolsQuery)
  const servers = useQuery({ queryKey: ['tools', 'servers'], queryFn: ({ signal }) => json<Page<ToolServer>>('/api/tools/servers', { signal }), select: (answer) => answer.data, refetchInterval: ({ state }) => (state.data?.data.some(({ health }) => health?.status === 'connecting') ? 1000 : false) })
  const [adding, setAdding] = useState(false)
  const [open, setOpen] = useState<Tool | null>(null)
  const [trying, setTrying] = useState<Tool | null>(null)
  const [leaving, setLeaving] = useState<string | null>(null)
  const [run, busy] = useChange('tools')
  const sources = [...new Set((tools.data ?? []).map(({ source }) => source))]
  return (
    <div className="page">
      <PageHead title="Tools" under="What the model may call, and who supplies it.">
        <Button look="main" onPress={() => setAdding(true)}>
          <Plus aria-hidden /> Connect a server
        </Button>
      </PageHead>
      {servers.data && servers.data.length > 0 ? (
        <section aria-label="Servers" className="provider">
          <h2>Servers</h2>
          <ul className="cards">
            {servers.data.map((server) => (
              <li key={server.name} className="card">
                <div className="card-head">
                  <b>{server.name}</b>
                  <Health server={server} />
                  {server.trusted ? <Chip>trusted</Chip> : <Chip tone="warn">asks before calls</Chip>}
                  <IconButton label={`Connect ${server.name} again`} small isDisabled={busy} onPress={() => void run(() => test(server.name))}>
                    <RefreshCw />
                  </IconButton>
                  {server.configured ? (
                    <Chip title="It stands in the settings of the server.">configured</Chip>
                  ) : (
                    <IconButton label={`Disconnect ${server.name}`} small isDisabled={busy} onPress={() => setLeaving(server.name)}>
                      <Trash2 />
                    </IconButton>
                  )}
                </div>
                <p className="card-says">
                  <code>{server.url ?? [server.command, ...(server.args ?? [])].join(' ')}</code>
                </p>
                {server.health?.error ? (
                  <p className="wrong">
                    {server.health.error}
                    {server.health.detail ? <small> {server.health.detail}</small> : null}
                  </p>
                ) : null}
                {server.health?.leftOut ? (
                  <ul className="wrong" aria-label={`Tools of ${server.name} that are not offered`}>
                    {server.health.leftOut.map((tool) => (
                      <li key={tool}>{tool}</li>
                    ))}
                  </ul>
                ) : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {tools.error ? <Fault error={tools.error} /> : null}
      {servers.error ? <Fault error={servers.error} /> : null}
      {tools.isPending ? <Loading what="Asking for tools" /> : null}
      {tools.data?.length === 0 ? <Empty title="No tools yet">Connect a server that speaks MCP, or register tools in C#.</Empty> : null}
      {sources.map((source) => {
        const own = (tools.data ?? []).filter((tool) => tool.source === source)
        return (
          <section key={source} aria-label={`Tools of ${source}`} className="provider">
            <h2>
              {source} <small>{many(own.length, 'tool')}</small>
            </h2>
            <ul className="cards">
              {own.map((tool) => (
                <li key={tool.name} className="card tool-card">
                  <div className="card-head">
                    <code>{tool.name}</code>
                    {tool.approval ? <Chip tone={tool.approval === 'deny' ? 'bad' : tool.approval === 'ask' ? 'warn' : 'good'}>{tool.approval}</Chip> : null}
                  </div>
                  <p className="card-says">{tool.description}</p>
                  <div className="actions">
                    <Button small onPress={() => setOpen(tool)}>
                      Schema
                    </Button>
                    <Button small onPress={() => setTrying(tool)}>
                      <Play aria-hidden /> Try a call
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      {open ? (
        <Dialog title={open.name} isOpen onClose={() => setOpen(null)} shape="wide" isLight>
          <Long text={pretty(open.schema ?? {})} mono />
        </Dialog>
      ) : null}
      {trying ? <TryTool tool={trying} onClose={() => setTrying(null)} /> : null}
      {leaving === null ? null : (
        <Confirm
          title={`Disconnect “${leaving}”?`}
          act="Disconnect"
          keep="Stay connected"
          busy={busy}
          onAct={() => void run(() => ask(`/api/tools/servers/${encodeURIComponent(leaving)}`, { method: 'DELETE' }), `${leaving} is disconnected.`).then(() => setLeaving(null))}
          onClose={() => setLeaving(null)}
        >
          <p>Its tools are offered no longer, and its address and headers are forgotten.</p>
        </Confirm>
      )}
      {adding ? <AddServer onClose={() => setAdding(false)} /> : null}
    </div>
  )
}

/** Connects anew and reads the list of tools; what went wrong is told. */
async function test(name: string): Promise<void> {
  const found = await json<{ status: string; tools?: number; error?: string }>(`/api/tools/servers/${encodeURIComponent(name)}/test`, { method: 'POST' })
  if (found.error) say(`${name}: ${found.error}`, true)
  else say(`${name} has ${many(found.tools ?? 0, 'tool')}.`)
}

function Health({ server }: { server: ToolServer }) {
  const { status, tools } = server.health ?? { status: 'idle' }
  return <Chip tone={status === 'ready' ? 'good' : status === 'failed' ? 'bad' : 'warn'}>{status === 'ready' && tools !== undefined ? many(tools, 'tool') : status}</Chip>
}

function AddServer({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [transport, setTransport] = useState('http')
  const [url, setUrl] = useState('')
  const [command, setCommand] = useState('')
  const [globs, setGlobs] = useState('')
  const [headers, setHeaders] = useState('')
  const [trusted, setTrusted] = useState(false)
  const [run, busy] = useChange('tools')
  const submit = () => {
    const [program = '', ...args] = command.trim().split(/\s+/)
    const body = {
      name,
      transport,
      trusted,
      ...(transport === 'http' ? { url } : { command: program, args }),
      ...(globs.trim() ? { tools: globs.split(/[\s,]+/).filter(Boolean) } : {}),
      ...(headers.trim() ? { headers: Object.fromEntries(headers.split('\n').map((line) => line.split(/:(.*)/s)).filter(([head]) => head?.trim()).map(([head, value]) => [head?.trim() ?? '', value?.trim() ?? ''])) } : {}),
    }
    return run(() => ask('/api/tools/servers', { method: 'POST', body }), `${name} is connected.`)
  }
  return (
    <Dialog title="Connect a tool server (MCP)" isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit().then((done) => done && onClose())
        }}
      >
        <Field label="Name" value={name} onChange={setName} autoFocus isRequired />
        <Select label="How it is reached" value={transport} onChange={setTransport} options={[{ id: 'http', label: 'http', detail: 'a URL' }, { id: 'stdio', label: 'stdio', detail: 'a program on the server’s machine' }]} />
        {transport === 'http' ? <Field label="URL" type="url" value={url} onChange={setUrl} isRequired /> : <Field label="Command" value={command} onChange={setCommand} mono isRequired />}
        {transport === 'http' ? <Field label="Headers" lines={2} mono value={headers} onChange={setHeaders} hint="One a line, such as Authorization: Bearer …; never shown again" /> : null}
        <Field label="Tools" value={globs} onChange={setGlobs} hint="Names or globs; empty for all" />
        <Toggle isSelected={trusted} onChange={setTrusted}>
          Trusted: its tools run without asking
        </Toggle>
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={busy || name === ''}>
            Connect
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
