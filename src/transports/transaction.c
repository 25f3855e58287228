/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/transaction-private.h"

#include "transports/json-text.h"

struct _StateSyncTransaction
{
  GObject parent_instance;

  char *namespace_;  /* (nullable): of whoever fills it */
  GPtrArray *writes; /* of StateSyncWrite */
};

G_DEFINE_FINAL_TYPE (StateSyncTransaction, state_sync_transaction, G_TYPE_OBJECT)

/* Names that are added are of topics under @namespace_ (nullable). */
StateSyncTransaction *
state_sync_transaction_new (const char *namespace_)
{
  StateSyncTransaction *self = g_object_new (STATE_SYNC_TYPE_TRANSACTION, NULL);

  self->namespace_ = g_strdup (namespace_);
  return self;
}

/* @writes (of StateSyncWrite) are shared, and not to be changed by either side. */
StateSyncTransaction *
state_sync_transaction_new_for_writes (GPtrArray *writes)
{
  StateSyncTransaction *self = g_object_new (STATE_SYNC_TYPE_TRANSACTION, NULL);

  g_ptr_array_unref (self->writes);
  self->writes = g_ptr_array_ref (writes);
  return self;
}

/* (transfer none) (element-type StateSyncWrite) */
GPtrArray *
state_sync_transaction_get_writes (StateSyncTransaction *self)
{
  return self->writes;
}

static void
add (StateSyncTransaction *self,
     const char *topic,
     GBytes *data,
     StateSyncWriteMode mode,
     StateSyncWriteFlags flags,
     guint64 expected_revision)
{
  g_autofree char *name = self->namespace_ != NULL
                              ? g_strconcat (self->namespace_, ".", topic, NULL)
                              : g_strdup (topic);
  StateSyncWrite *write = state_sync_write_new (name, data);

  write->mode = mode;
  state_sync_write_set_flags (write, flags, expected_revision);
  g_ptr_array_add (self->writes, write);
}

static void
add_node (StateSyncTransaction *self,
          const char *topic,
          JsonNode *node,
          StateSyncWriteMode mode,
          StateSyncWriteFlags flags,
          guint64 expected_revision)
{
  g_autoptr (GBytes) data = state_sync_json_node_to_bytes (node);

  add (self, topic, data, mode, flags, expected_revision);
}

static void
add_text (StateSyncTransaction *self,
          const char *topic,
          const char *text,
          StateSyncWriteMode mode,
          StateSyncWriteFlags flags,
          guint64 expected_revision)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  add (self, topic, data, mode, flags, expected_revision);
}

/**
 * state_sync_transaction_write:
 * @self: a transaction
 * @topic: the topic to change, as the client names it
 * @data: its new data; a node of type `JSON_NODE_NULL` deletes the topic
 * @flags: how to change it
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 *
 * Adds a change that replaces what the topic holds.
 *
 * What is wrong with the name or the data is told when the transaction is committed.
 */
void
state_sync_transaction_write (StateSyncTransaction *self,
                              const char *topic,
                              JsonNode *data,
                              StateSyncWriteFlags flags,
                              guint64 expected_revision)
{
  g_return_if_fail (STATE_SYNC_IS_TRANSACTION (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (data != NULL);

  add_node (self, topic, data, STATE_SYNC_WRITE_REPLACE, flags, expected_revision);
}

/**
 * state_sync_transaction_write_text:
 * @self: a transaction
 * @topic: the topic to change, as the client names it
 * @text: its new data, as JSON text
 * @flags: how to change it
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 *
 * Adds a change that replaces what the topic holds, byte for byte with `text`.
 *
 * What is wrong with the name or the data is told when the transaction is committed.
 */
void
state_sync_transaction_write_text (StateSyncTransaction *self,
                                   const char *topic,
                                   const char *text,
                                   StateSyncWriteFlags flags,
                                   guint64 expected_revision)
{
  g_return_if_fail (STATE_SYNC_IS_TRANSACTION (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (text != NULL);

  add_text (self, topic, text, STATE_SYNC_WRITE_REPLACE, flags, expected_revision);
}

/**
 * state_sync_transaction_merge:
 * @self: a transaction
 * @topic: the topic to change, as the client names it
 * @patch: a JSON Merge Patch (RFC 7396)
 * @flags: how to change it
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 *
 * Adds a change of some members: what `patch` does not name stays as it is.
 *
 * What is wrong with the name or the data is told when the transaction is committed.
 */
void
state_sync_transaction_merge (StateSyncTransaction *self,
                              const char *topic,
                              JsonNode *patch,
                              StateSyncWriteFlags flags,
                              guint64 expected_revision)
{
  g_return_if_fail (STATE_SYNC_IS_TRANSACTION (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (patch != NULL);

  add_node (self, topic, patch, STATE_SYNC_WRITE_MERGE, flags, expected_revision);
}

/**
 * state_sync_transaction_merge_text:
 * @self: a transaction
 * @topic: the topic to change, as the client names it
 * @text: a JSON Merge Patch (RFC 7396), as JSON text
 * @flags: how to change it
 * @expected_revision: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`, else ignored
 *
 * Adds a change of some members: what `text` does not name stays as it is.
 *
 * What is wrong with the name or the data is told when the transaction is committed.
 */
void
state_sync_transaction_merge_text (StateSyncTransaction *self,
                                   const char *topic,
                                   const char *text,
                                   StateSyncWriteFlags flags,
                                   guint64 expected_revision)
{
  g_return_if_fail (STATE_SYNC_IS_TRANSACTION (self));
  g_return_if_fail (topic != NULL);
  g_return_if_fail (text != NULL);

  add_text (self, topic, text, STATE_SYNC_WRITE_MERGE, flags, expected_revision);
}

/**
 * state_sync_transaction_get_length:
 * @self: a transaction
 *
 * Tells how many changes there are.
 *
 * Returns: how many changes it has
 */
guint
state_sync_transaction_get_length (StateSyncTransaction *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_TRANSACTION (self), 0);

  return self->writes->len;
}

static const StateSyncWrite *
nth_write (StateSyncTransaction *self, guint index)
{
  g_return_val_if_fail (STATE_SYNC_IS_TRANSACTION (self), NULL);
  g_return_val_if_fail (index < self->writes->len, NULL);

  return g_ptr_array_index (self->writes, index);
}

/**
 * state_sync_transaction_get_topic:
 * @self: a transaction
 * @index: which change, from 0
 *
 * Tells which topic a change is made to.
 *
 * Returns: (transfer none): the full name of the topic that the change is made to
 */
const char *
state_sync_transaction_get_topic (StateSyncTransaction *self, guint index)
{
  const StateSyncWrite *write = nth_write (self, index);

  return write != NULL ? write->topic : NULL;
}

/**
 * state_sync_transaction_get_data:
 * @self: a transaction
 * @index: which change, from 0
 *
 * Gives what a change brings.
 *
 * Returns: (transfer none): the JSON text of the new data or of the merge patch
 */
GBytes *
state_sync_transaction_get_data (StateSyncTransaction *self, guint index)
{
  const StateSyncWrite *write = nth_write (self, index);

  return write != NULL ? write->data : NULL;
}

/**
 * state_sync_transaction_get_is_merge:
 * @self: a transaction
 * @index: which change, from 0
 *
 * Tells what a change does with its data.
 *
 * Returns: whether the data is a JSON Merge Patch (RFC 7396); else it replaces what is there
 */
gboolean
state_sync_transaction_get_is_merge (StateSyncTransaction *self, guint index)
{
  const StateSyncWrite *write = nth_write (self, index);

  return write != NULL && write->mode == STATE_SYNC_WRITE_MERGE;
}

/**
 * state_sync_transaction_get_flags:
 * @self: a transaction
 * @index: which change, from 0
 *
 * Tells how a change is to be made.
 *
 * Returns: how the change is to be made
 */
StateSyncWriteFlags
state_sync_transaction_get_flags (StateSyncTransaction *self, guint index)
{
  const StateSyncWrite *write = nth_write (self, index);
  StateSyncWriteFlags flags = STATE_SYNC_WRITE_FLAGS_NONE;

  if (write == NULL)
    return flags;
  if (!write->durable)
    flags |= STATE_SYNC_WRITE_FLAGS_NOT_DURABLE;
  if (write->has_expected_revision)
    flags |= STATE_SYNC_WRITE_FLAGS_IF_REVISION;
  return flags;
}

/**
 * state_sync_transaction_get_expected_revision:
 * @self: a transaction
 * @index: which change, from 0
 *
 * Tells which revision a change is based on.
 *
 * Returns: the revision for `STATE_SYNC_WRITE_FLAGS_IF_REVISION`; 0 without that flag
 */
guint64
state_sync_transaction_get_expected_revision (StateSyncTransaction *self, guint index)
{
  const StateSyncWrite *write = nth_write (self, index);

  return write != NULL ? write->expected_revision : 0;
}

static void
state_sync_transaction_finalize (GObject *object)
{
  StateSyncTransaction *self = STATE_SYNC_TRANSACTION (object);

  g_free (self->namespace_);
  g_ptr_array_unref (self->writes);

  G_OBJECT_CLASS (state_sync_transaction_parent_class)->finalize (object);
}

static void
state_sync_transaction_class_init (StateSyncTransactionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_transaction_finalize;
}

static void
state_sync_transaction_init (StateSyncTransaction *self)
{
  self->writes = g_ptr_array_new_with_free_func ((GDestroyNotify)state_sync_write_free);
}
