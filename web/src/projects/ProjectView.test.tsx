// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import type { Project } from '../api/types'
import { dialog, draw, field, press, settle, type } from '../testing/draw'
import { serve } from '../testing/server'
import { ProjectView } from './ProjectView'

const project: Project = { id: 'proj_1', name: 'Boats' }
const view = (kept = project) => <ProjectView project={kept} all={[kept]} onBelow={() => undefined} />

beforeEach(() => sessionStorage.clear())

test('A project is deleted when that was asked and said, not at one press', async () => {
  const asked = serve({ 'DELETE /api/projects/proj_1': () => new Response(null, { status: 204 }) })
  draw(view())
  await settle()
  press('Delete')
  await settle()
  expect(dialog()?.textContent).toContain('gone for good')
  press('Keep it')
  await settle()
  expect(asked.some(({ method }) => method === 'DELETE')).toBe(false)
  press('Delete')
  press('Delete')
  await settle()
  expect(asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
})

test('What was written in a project and not saved comes back, and is gone when it was taken back', async () => {
  serve({})
  const { box, unmount } = draw(view())
  type(field(box, 'Name'), ' of Oslo')
  unmount()
  const again = draw(view())
  expect(field(again.box, 'Name').value).toBe('Boats of Oslo')
  press('Take my changes back')
  expect(field(again.box, 'Name').value).toBe('Boats')
  again.again(view({ ...project, name: 'Ships' }))
  expect(field(again.box, 'Name').value).toBe('Ships')
  expect(sessionStorage.length).toBe(0)
})

test('What somebody else saves takes nothing from under the hands of who writes', () => {
  serve({})
  const { box, again } = draw(view())
  const variables = field<HTMLTextAreaElement>(box, 'Variables')
  type(variables, 'city')
  again(view({ ...project, variables: { land: 'Norway' } }))
  expect(field<HTMLTextAreaElement>(box, 'Variables')).toBe(variables)
  expect(variables.value).toBe('city')
})
