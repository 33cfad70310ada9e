import { useQuery } from '@tanstack/react-query'
import { json } from '../api/http'
import type { Preview } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { Dialog } from '../kit/Dialog'
import { count } from '../kit/words'
import { Road } from './Road'

/** The road that a turn would take: everything before the model, and nothing after it. */
export default function PreviewRoad({ request, onClose }: { request: Record<string, unknown>; onClose: () => void }) {
  const preview = useQuery({ queryKey: ['preview', request], queryFn: ({ signal }) => json<Preview>('/api/turns/preview', { method: 'POST', body: request, signal }), gcTime: 0 })
  return (
    <Dialog title="Before it is sent" isOpen onClose={onClose} shape="drawer" isLight>
      {preview.error ? <Fault error={preview.error} /> : preview.data ? <PreviewParts typed={String(request['content'] ?? '')} preview={preview.data} /> : <Loading what="Preparing the turn" />}
    </Dialog>
  )
}

export function PreviewParts({ typed, preview }: { typed: string; preview: Preview }) {
  return (
    <>
      <p className="lead">
        {preview.request.model} · ≈ {count(preview.tokens.input)} tokens · nothing has been sent
      </p>
      <Road
        typed={typed}
        trace={preview.trace}
        triggers={preview.triggers}
        warnings={preview.warnings}
        variables={preview.variables}
        parameters={preview.parameters}
        packing={preview.packing}
        request={preview.request}
        sources={preview.sources}
        actions={preview.actions}
      />
    </>
  )
}
