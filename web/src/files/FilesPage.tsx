import { useInfiniteQuery } from '@tanstack/react-query'
import { Download, Trash2, Upload } from 'lucide-react'
import { useState } from 'react'
import { DropZone, FileTrigger, Text } from 'react-aria-components'
import { type KeptFile, upload } from './upload'
import { ask, json, query } from '../api/http'
import type { Page } from '../api/types'
import { Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { saveAs } from '../kit/copy'
import { useChange } from '../kit/useChange'
import { bytes, moment } from '../kit/words'
import { ProjectChoice } from '../projects/ProjectChoice'

export default function FilesPage() {
  const files = useInfiniteQuery({
    queryKey: ['files'],
    queryFn: ({ pageParam, signal }) => json<Page<KeptFile>>(`/api/files${query({ after: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? null,
  })
  const [run, busy] = useChange('files')
  const [project, setProject] = useState('')
  const [ending, setEnding] = useState<KeptFile | null>(null)
  const all = (files.data?.pages ?? []).flatMap((page) => page.data)
  const add = (list: readonly File[]) =>
    void run(async () => {
      for (const file of list) await upload(file, undefined, project)
    }, list.length === 1 ? 'The file is kept.' : `${String(list.length)} files are kept.`)
  return (
    <div className="page">
      <PageHead title="Files" under="Uploaded once, kept by their content, attached by id.">
        <FileTrigger allowsMultiple onSelect={(list) => list && add([...list])}>
          <Button look="main" isDisabled={busy}>
            <Upload aria-hidden /> Upload
          </Button>
        </FileTrigger>
      </PageHead>
      <div className="form-grid upload-to">
        <ProjectChoice label="Project of what is uploaded" value={project} onChange={setProject} />
      </div>
      <DropZone
        className="drop"
        onDrop={(event) => {
          const found = event.items.filter((item) => item.kind === 'file')
          void Promise.all(found.map((item) => item.getFile())).then(add)
        }}
      >
        <Text slot="label">Drop files here</Text>
      </DropZone>
      {files.error ? <Fault error={files.error} /> : null}
      {files.isPending ? <Loading /> : null}
      {files.data && all.length === 0 ? <Empty title="No files yet">Files that are attached in a conversation stand here too.</Empty> : null}
      {all.length > 0 ? (
        <div className="table-scroll" role="region" aria-label="Files" tabIndex={0}>
          <table className="table stacks">
            <thead>
              <tr>
                <th>Name</th>
                <th>Type</th>
                <th data-side="right">Size</th>
                <th>Since</th>
                <th>
                  <span className="soft">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((file) => (
                <tr key={file.id}>
                  <td>
                    <bdi>{file.name}</bdi>
                    <div className="soft">
                      <code>{file.id}</code>
                    </div>
                  </td>
                  <td data-label="Type">{file.mediaType}</td>
                  <td data-side="right" data-label="Size">{bytes(file.size)}</td>
                  <td data-label="Since">{file.createdAt ? moment(file.createdAt) : ''}</td>
                  <td>
                    <span className="turn-tools">
                      <IconButton label={`Download ${file.name}`} small onPress={() => void run(async () => saveAs(file.name, await (await ask(`/api/files/${encodeURIComponent(file.id)}/content`)).blob()))}>
                        <Download />
                      </IconButton>
                      <IconButton label={`Delete ${file.name}`} small onPress={() => setEnding(file)}>
                        <Trash2 />
                      </IconButton>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {ending ? (
        <Confirm
          title={`Delete “${ending.name}”?`}
          act="Delete"
          busy={busy}
          onAct={() => void run(() => ask(`/api/files/${encodeURIComponent(ending.id)}`, { method: 'DELETE' }), 'The file is gone.').then(() => setEnding(null))}
          onClose={() => setEnding(null)}
        >
          <p>Its id counts no longer, for prompts and requests that name it too. Turns that had it keep it.</p>
        </Confirm>
      ) : null}
      {files.hasNextPage ? <Button onPress={() => void files.fetchNextPage()}>More</Button> : null}
    </div>
  )
}
