import { expect, test } from 'vitest'
import { decoded } from './safe'

test.each([
  ['&amp;&euro;&#65;&#x42;', '&€AB'],
  ['&constructor; &toString; &hasOwnProperty; &__proto__;', '&constructor; &toString; &hasOwnProperty; &__proto__;'],
  ['&nothing; &#0;', '&nothing; \uFFFD'],
])('Only entities that there are stand for a character: %s', (text, shown) => expect(decoded(text)).toBe(shown))
