import type { Explained } from '../api/types'
import { brief } from '../kit/words'

/** Each value with the layer that won, why, and what the other layers say. */
export function ExplainedValues({ values }: { values: Record<string, Explained> }) {
  return (
    <ul className="explained">
      {Object.entries(values).map(([name, { value, layer, why, layers }]) => (
        <li key={name}>
          <div className="explained-head">
            <code>{name}</code>
            {value === undefined || value === null ? <em className="soft">empty</em> : <span className="explained-value">{brief(value, 200)}</span>}
          </div>
          {why ? <div className="soft">{why}</div> : null}
          {layers.length > 0 ? (
            <ol className="layers" aria-label={`Layers of ${name}`}>
              {layers.map((one) => (
                <li key={one.layer} className={one.layer === layer ? 'won' : 'lost'}>
                  <span>{one.layer}</span> {brief(one.value, 80)}
                </li>
              ))}
            </ol>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
