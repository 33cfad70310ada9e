import { Long } from './Long'

/** A text that is too long or too deep to be read as Markdown, as it was written, and a word on that. */
export const Plain = ({ text }: { text: string }) => (
  <span className="plain" dir="auto">
    <small className="soft">Too much to be laid out; shown as it was written:</small>
    <Long text={text} />
  </span>
)
