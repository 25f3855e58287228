/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transports/bus/bus-writer.h"

#include <string.h>

#include "protocol/error.h"
#include "transports/bus/bus-error.h"
#include "transports/transaction-private.h"

/* More than any service takes. */
#define DATA_MAX_BYTES ((gsize)64 * 1024 * 1024)

/* An array holds 64 MiB (D-Bus specification, "Marshaling"); some is left for what frames the
 * writes: at most WRITE_BYTES for each. */
#define COMMIT_MAX_BYTES ((gsize)60 * 1024 * 1024)
#define WRITE_BYTES 128

struct _StateSyncBusWriter
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
};

static void iface_init (StateSyncWriterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBusWriter,
                               state_sync_bus_writer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_WRITER, iface_init))

/* --- the answer --- */

static void
acknowledge (StateSyncCommit *commit, gpointer proxy, const guint64 *revisions, gsize n_revisions)
{
  state_sync_commit_return_revisions (commit, revisions, n_revisions,
                                      state_sync_bus_instance_of (proxy));
}

/* What the bus says of a call that it did not deliver: nothing was changed. All else that is not
 * the service's own refusal leaves that open. */
static const struct
{
  GDBusError undelivered;
  StateSyncError code;
} refusals[] = {
  { G_DBUS_ERROR_ACCESS_DENIED, STATE_SYNC_ERROR_ACCESS_DENIED },
  { G_DBUS_ERROR_LIMITS_EXCEEDED, STATE_SYNC_ERROR_LIMIT_EXCEEDED },
  { G_DBUS_ERROR_NAME_HAS_NO_OWNER, STATE_SYNC_ERROR_UNAVAILABLE },
  { G_DBUS_ERROR_SERVICE_UNKNOWN, STATE_SYNC_ERROR_UNAVAILABLE },
};

static void
refuse (StateSyncCommit *commit, GError *error)
{
  state_sync_bus_error_explain (error);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (!g_error_matches (error, G_DBUS_ERROR, (gint)refusals[i].undelivered))
        continue;
      state_sync_commit_return_error_literal (commit, STATE_SYNC_ERROR, (gint)refusals[i].code,
                                              error->message);
      return;
    }
  state_sync_commit_return_error (commit, error);
}

static void
on_written (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncCommit) commit = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision;

  if (state_sync_bus_service_call_write_finish (STATE_SYNC_BUS_SERVICE (proxy), &revision, result,
                                                &error))
    acknowledge (commit, proxy, &revision, 1);
  else
    refuse (commit, error);
}

static void
on_many_written (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncCommit) commit = user_data;
  guint n_changes = state_sync_transaction_get_length (state_sync_commit_get_transaction (commit));
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  const guint64 *revisions;
  gsize n_revisions;

  if (!state_sync_bus_service_call_write_many_finish (STATE_SYNC_BUS_SERVICE (proxy), &answer,
                                                      result, &error))
    {
      refuse (commit, error);
      return;
    }

  revisions = g_variant_get_fixed_array (answer, &n_revisions, sizeof *revisions);
  if (n_revisions == n_changes)
    acknowledge (commit, proxy, revisions, n_revisions);
  else
    state_sync_commit_return_error_literal (commit, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                            "The service's answer doesn't fit what was written: "
                                            "read the topics to see what became of it");
}

/* --- the call --- */

static GVariant *
options_of (const StateSyncWrite *write)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (write->mode == STATE_SYNC_WRITE_MERGE)
    g_variant_builder_add (&builder, "{sv}", "mode", g_variant_new_string ("merge"));
  if (!write->durable)
    g_variant_builder_add (&builder, "{sv}", "durable", g_variant_new_boolean (FALSE));
  if (write->has_expected_revision)
    g_variant_builder_add (&builder, "{sv}", "expected-revision",
                           g_variant_new_uint64 (write->expected_revision));
  return g_variant_builder_end (&builder);
}

static char *
text_of (const StateSyncWrite *write)
{
  gsize length;
  const char *bytes = g_bytes_get_data (write->data, &length);

  return g_strndup (bytes, length);
}

static void
call_write (StateSyncBusService *proxy, const StateSyncWrite *write, StateSyncCommit *commit)
{
  g_autofree char *text = text_of (write);

  state_sync_bus_service_call_write (
      proxy, write->topic, text, options_of (write), G_DBUS_CALL_FLAGS_NONE, -1,
      state_sync_commit_get_cancellable (commit), on_written, g_object_ref (commit));
}

static void
call_write_many (StateSyncBusService *proxy, GPtrArray *writes, StateSyncCommit *commit)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssa{sv})"));
  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);
      g_autofree char *text = text_of (write);

      g_variant_builder_add (&builder, "(ss@a{sv})", write->topic, text, options_of (write));
    }
  state_sync_bus_service_call_write_many (
      proxy, g_variant_builder_end (&builder), G_DBUS_CALL_FLAGS_NONE, -1,
      state_sync_commit_get_cancellable (commit), on_many_written, g_object_ref (commit));
}

static void
call (StateSyncBusService *proxy, StateSyncCommit *commit)
{
  GPtrArray *writes =
      state_sync_transaction_get_writes (state_sync_commit_get_transaction (commit));
  const char *instance = state_sync_commit_get_instance (commit);

  if (instance != NULL && g_strcmp0 (instance, state_sync_bus_instance_of (proxy)) != 0)
    state_sync_commit_return_error_literal (commit, STATE_SYNC_ERROR, STATE_SYNC_ERROR_UNAVAILABLE,
                                            "Another instance of the service serves now");
  else if (writes->len == 1)
    call_write (proxy, g_ptr_array_index (writes, 0), commit);
  else
    call_write_many (proxy, writes, commit);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncCommit) commit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncBusService) proxy =
      state_sync_bus_peer_find_finish (STATE_SYNC_BUS_PEER (source), result, &error);

  if (proxy != NULL)
    call (proxy, commit);
  else
    state_sync_commit_return_error (commit, error);
}

/* What is not valid or too large can't even travel: a D-Bus string is UTF-8, and GDBus closes a
 * connection on which more than a message holds was to be sent. */
static gboolean
check (GPtrArray *writes, GError **error)
{
  gsize bytes = 0;

  for (guint i = 0; i < writes->len; i++)
    {
      const StateSyncWrite *write = g_ptr_array_index (writes, i);

      bytes += strlen (write->topic) + g_bytes_get_size (write->data) + WRITE_BYTES;
      if (g_bytes_get_size (write->data) > DATA_MAX_BYTES)
        {
          g_propagate_error (error, state_sync_error_too_large (write->topic,
                                                                g_bytes_get_size (write->data),
                                                                DATA_MAX_BYTES));
          return FALSE;
        }
      if (!state_sync_write_check (write, G_MAXUINT64, error))
        return FALSE;
    }

  if (writes->len == 1 || bytes <= COMMIT_MAX_BYTES)
    return TRUE;
  g_set_error (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE,
               "The changes have %" G_GSIZE_FORMAT " bytes together, more than the %" G_GSIZE_FORMAT
               " of one commit: make several of it",
               bytes, COMMIT_MAX_BYTES);
  return FALSE;
}

static void
writer_commit (StateSyncWriter *writer, StateSyncCommit *commit)
{
  StateSyncBusWriter *self = STATE_SYNC_BUS_WRITER (writer);
  StateSyncBusService *proxy = state_sync_bus_peer_peek_proxy (self->peer);
  StateSyncTransaction *transaction = state_sync_commit_get_transaction (commit);
  g_autoptr (GError) error = NULL;

  if (!check (state_sync_transaction_get_writes (transaction), &error))
    state_sync_commit_return_error (commit, error);
  else if (proxy != NULL)
    call (proxy, commit);
  else
    state_sync_bus_peer_find_async (self->peer, state_sync_commit_get_cancellable (commit),
                                    on_found, g_object_ref (commit));
}

/* --- the object --- */

StateSyncWriter *
state_sync_bus_writer_new (StateSyncBusPeer *peer)
{
  StateSyncBusWriter *self = g_object_new (STATE_SYNC_TYPE_BUS_WRITER, NULL);

  self->peer = g_object_ref (peer);
  return STATE_SYNC_WRITER (self);
}

static void
state_sync_bus_writer_finalize (GObject *object)
{
  StateSyncBusWriter *self = STATE_SYNC_BUS_WRITER (object);

  g_object_unref (self->peer);

  G_OBJECT_CLASS (state_sync_bus_writer_parent_class)->finalize (object);
}

static void
state_sync_bus_writer_class_init (StateSyncBusWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_writer_finalize;
}

static void
state_sync_bus_writer_init (StateSyncBusWriter *self)
{
}

static void
iface_init (StateSyncWriterInterface *iface)
{
  iface->commit = writer_commit;
}
