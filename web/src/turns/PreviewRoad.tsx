import { useQuery } from '@tanstack/react-query'
import { json } from '../api/http'
import type { Preview } from '../api/types'
import type { Asked } from '../conversations/usePreview'
import { Fault, Loading } from '../kit/Bits'
import { Dialog } from '../kit/Dialog'
import { count } from '../kit/words'
import { Road } from './Road'

/** The road that a turn would take: everything before the model, and nothing after it. */
export default function PreviewRoad({ asked: { path, body }, onClose }: { asked: Asked; onClose: () => void }) {
  const preview = useQuery({ queryKey: ['preview', path, body], queryFn: ({ signal }) => json<Preview>(path, { method: 'POST', body, signal }), gcTime: 0 })
  return (
    <Dialog title="Before it is sent" isOpen onClose={onClose} shape="drawer" isLight>
      {preview.error ? <Fault error={preview.error} /> : preview.data ? <PreviewParts typed={String(body['content'] ?? '')} preview={preview.data} /> : <Loading what="Preparing the turn" />}
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
