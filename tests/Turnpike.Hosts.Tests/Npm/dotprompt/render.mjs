// Renders the cases on the standard input with the reference implementation, one answer for each.
import { Dotprompt } from 'dotprompt'

let text = ''
for await (const piece of process.stdin) text += piece
const answers = []
for (const { source, values, partials, messages, context } of JSON.parse(text)) {
  try {
    const prompts = new Dotprompt({ partials: partials ?? {} })
    const rendered = await prompts.render(source, { input: values ?? {}, messages, context })
    const { input, output } = await prompts.renderMetadata(source)
    answers.push({ messages: rendered.messages, model: rendered.model, config: rendered.config, input: input?.schema, output: output?.schema })
  } catch (error) {
    answers.push({ error: String(error.message ?? error) })
  }
}
process.stdout.write(JSON.stringify(answers))
