import { Suspense } from 'react'
import { Loading } from '../kit/Bits'
import { later } from '../kit/later'
import { ConversationList } from './ConversationList'
import './conversations.css'
import { NewConversation } from './NewConversation'

const Conversation = later(() => import('./Conversation'))

export default function ConversationsPage({ id }: { id: string | undefined }) {
  return (
    <div className={`conversations${id ? ' chosen' : ''}`}>
      <ConversationList chosen={id} />
      {id ? (
        <Suspense fallback={<Loading what="Reading the conversation" />}>
          <Conversation key={id} id={id} />
        </Suspense>
      ) : (
        <NewConversation />
      )}
    </div>
  )
}
