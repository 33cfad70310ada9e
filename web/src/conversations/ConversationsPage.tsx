import { Conversation } from './Conversation'
import { ConversationList } from './ConversationList'
import './conversations.css'
import { NewConversation } from './NewConversation'

export default function ConversationsPage({ id }: { id: string | undefined }) {
  return (
    <div className={`conversations${id ? ' chosen' : ''}`}>
      <ConversationList chosen={id} />
      {id ? <Conversation key={id} id={id} /> : <NewConversation />}
    </div>
  )
}
