/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pulls that are asked for in one turn of the main loop travel together: an app that starts a
 * hundred topics asks the service once. If the answer to all would be too large, or one of them
 * is refused, each is asked for alone.
 *
 * A topic whose data was large the last time is pulled as a memory file, which is mapped and not
 * copied. Below that size a file descriptor costs more than it saves.
 */

#include "transports/bus/bus-provider.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/snapshot.h"
#include "transports/bus/bus-error.h"
#include "transports/bus/sealed-file.h"

/* From here on a memory file is cheaper than a string (measured: 0.65 of its cost at 64 KiB, 0.25
 * at 1 MiB, nothing gained at 16 KiB). */
#define LARGE_BYTES (64 * 1024)

struct _StateSyncBusProvider
{
  GObject parent_instance;

  StateSyncBusPeer *peer;
  GPtrArray *requests; /* of StateSyncPull: to be sent in this turn */
  GSource *send_source;
  GHashTable *large; /* names of topics whose data was large the last time */
};

static void iface_init (StateSyncSnapshotProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncBusProvider,
                               state_sync_bus_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_SNAPSHOT_PROVIDER,
                                                      iface_init))

/* A pull that is not answered yet. */
typedef struct
{
  StateSyncBusProvider *provider; /* owned */
  StateSyncPull *pull;            /* owned */
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->provider);
  g_object_unref (request->pull);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static GPtrArray *
requests_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)request_free);
}

static const char *
topic_of (Request *request)
{
  return state_sync_pull_get_topic (request->pull);
}

/* --- answers --- */

static void
remember_size (StateSyncBusProvider *self, const char *topic, gsize size)
{
  if (size < LARGE_BYTES)
    g_hash_table_remove (self->large, topic);
  else if (!g_hash_table_contains (self->large, topic))
    g_hash_table_add (self->large, g_strdup (topic));
}

static void
answer (Request *request, gpointer proxy, guint64 revision, GBytes *data)
{
  g_autoptr (StateSyncSnapshot) snapshot =
      state_sync_snapshot_new_from (revision, data, state_sync_bus_instance_of (proxy));

  remember_size (request->provider, topic_of (request), g_bytes_get_size (data));
  state_sync_pull_return_snapshot (request->pull, snapshot);
}

/* The bytes of a D-Bus string as they arrived, without the terminating NUL and without a copy. */
static GBytes *
text_from_variant (GVariant *string)
{
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (string);

  return g_bytes_new_from_bytes (bytes, 0, g_bytes_get_size (bytes) - 1);
}

static void
answer_from_variant (Request *request, gpointer proxy, GVariant *snapshot)
{
  guint64 revision;
  g_autoptr (GVariant) data = NULL;
  g_autoptr (GBytes) text = NULL;

  g_variant_get (snapshot, "(t@s)", &revision, &data);
  text = text_from_variant (data);
  answer (request, proxy, revision, text);
}

static void
fail (Request *request, GError *error)
{
  state_sync_bus_error_explain (error);
  state_sync_pull_return_error (request->pull, error);
}

static void
fail_all (GPtrArray *requests, GError *error)
{
  for (guint i = 0; i < requests->len; i++)
    fail (g_ptr_array_index (requests, i), error);
}

/* --- one topic --- */

static void
on_snapshot (GObject *proxy, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) snapshot = g_dbus_proxy_call_finish (G_DBUS_PROXY (proxy), result, &error);

  if (snapshot != NULL)
    answer_from_variant (request, proxy, snapshot);
  else
    fail (request, error);
}

/* Not by the generated call, which would copy the text. @request: (transfer full) */
static void
get_snapshot (StateSyncBusService *proxy, Request *request)
{
  g_dbus_proxy_call (G_DBUS_PROXY (proxy), "GetSnapshot", g_variant_new ("(s)", topic_of (request)),
                     G_DBUS_CALL_FLAGS_NONE, -1, state_sync_pull_get_cancellable (request->pull),
                     on_snapshot, request);
}

static GBytes *
map_descriptor (GUnixFDList *fd_list, GVariant *handle, GError **error)
{
  int fd =
      fd_list != NULL ? g_unix_fd_list_get (fd_list, g_variant_get_handle (handle), error) : -1;
  GBytes *data;

  if (fd < 0)
    return NULL;
  data = state_sync_sealed_file_map (fd, error);
  close (fd);
  return data;
}

static void
on_snapshot_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GUnixFDList) fd_list = NULL;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) error = NULL;
  StateSyncBusService *proxy = STATE_SYNC_BUS_SERVICE (source);
  guint64 revision;

  if (state_sync_bus_service_call_open_snapshot_finish (proxy, &revision, &handle, &fd_list, result,
                                                        &error))
    data = map_descriptor (fd_list, handle, &error);

  if (data != NULL)
    answer (request, proxy, revision, data);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (request, error);
  else
    get_snapshot (proxy, g_steal_pointer (&request));
}

/* @request: (transfer full) */
static void
open_snapshot (StateSyncBusService *proxy, Request *request)
{
  state_sync_bus_service_call_open_snapshot (proxy, topic_of (request), G_DBUS_CALL_FLAGS_NONE, -1,
                                             NULL, state_sync_pull_get_cancellable (request->pull),
                                             on_snapshot_opened, request);
}

/* --- many topics --- */

/* @requests: (transfer full) */
static void
ask_each (StateSyncBusService *proxy,
          GPtrArray *requests,
          void (*ask) (StateSyncBusService *proxy, Request *request))
{
  gsize n_requests;
  g_autofree gpointer *each = g_ptr_array_steal (requests, &n_requests);

  g_ptr_array_unref (requests);
  for (gsize i = 0; i < n_requests; i++)
    ask (proxy, each[i]);
}

static void
on_snapshots (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) requests = user_data;
  g_autoptr (GError) error = NULL;
  StateSyncBusService *proxy = STATE_SYNC_BUS_SERVICE (source);
  g_autoptr (GVariant) snapshots = NULL;

  if (!state_sync_bus_service_call_get_snapshots_finish (proxy, &snapshots, result, &error))
    {
      if (g_error_matches (error, STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE))
        ask_each (proxy, g_steal_pointer (&requests), open_snapshot);
      else if (error->domain == STATE_SYNC_ERROR)
        ask_each (proxy, g_steal_pointer (&requests), get_snapshot);
      else
        fail_all (requests, error);
      return;
    }

  if (g_variant_n_children (snapshots) != requests->len)
    {
      error = g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The service gave %" G_GSIZE_FORMAT " snapshots, not the %u asked for",
                           g_variant_n_children (snapshots), requests->len);
      fail_all (requests, error);
      return;
    }

  for (guint i = 0; i < requests->len; i++)
    {
      g_autoptr (GVariant) snapshot = g_variant_get_child_value (snapshots, i);

      answer_from_variant (g_ptr_array_index (requests, i), proxy, snapshot);
    }
}

/* @requests: (transfer full). None of them alone may cancel what is asked for all. */
static void
get_snapshots (StateSyncBusService *proxy, GPtrArray *requests)
{
  g_autofree const char **topics = g_new0 (const char *, requests->len + 1);

  for (guint i = 0; i < requests->len; i++)
    topics[i] = topic_of (g_ptr_array_index (requests, i));
  state_sync_bus_service_call_get_snapshots (proxy, topics, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                             on_snapshots, requests);
}

/* --- sending --- */

/* @requests: (transfer full) */
static void
ask (StateSyncBusService *proxy, GPtrArray *requests)
{
  g_autoptr (GPtrArray) small = requests_new ();
  gsize n_requests;
  g_autofree gpointer *each = g_ptr_array_steal (requests, &n_requests);

  g_ptr_array_unref (requests);
  for (gsize i = 0; i < n_requests; i++)
    {
      Request *request = each[i];

      if (g_hash_table_contains (request->provider->large, topic_of (request)))
        open_snapshot (proxy, request);
      else
        g_ptr_array_add (small, request);
    }

  if (small->len == 1)
    ask_each (proxy, g_steal_pointer (&small), get_snapshot);
  else if (small->len > 1)
    get_snapshots (proxy, g_steal_pointer (&small));
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) requests = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StateSyncBusService) proxy =
      state_sync_bus_peer_find_finish (STATE_SYNC_BUS_PEER (source), result, &error);

  if (proxy != NULL)
    ask (proxy, g_steal_pointer (&requests));
  else
    fail_all (requests, error);
}

static gboolean
on_send (gpointer user_data)
{
  StateSyncBusProvider *self = user_data;
  GPtrArray *requests = g_steal_pointer (&self->requests);
  StateSyncBusService *proxy = state_sync_bus_peer_peek_proxy (self->peer);

  self->requests = requests_new ();
  g_clear_pointer (&self->send_source, g_source_unref);
  if (proxy != NULL)
    ask (proxy, requests);
  else
    state_sync_bus_peer_find_async (self->peer, NULL, on_found, requests);
  return G_SOURCE_REMOVE;
}

static void
provider_get_snapshot (StateSyncSnapshotProvider *provider, StateSyncPull *pull)
{
  StateSyncBusProvider *self = STATE_SYNC_BUS_PROVIDER (provider);
  Request *request = g_new (Request, 1);

  *request = (Request){ g_object_ref (self), g_object_ref (pull) };
  g_ptr_array_add (self->requests, request);

  if (self->send_source != NULL)
    return;
  self->send_source = g_idle_source_new ();
  g_source_set_priority (self->send_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->send_source, on_send, self, NULL);
  g_source_attach (self->send_source, g_main_context_get_thread_default ());
}

/* --- the object --- */

StateSyncSnapshotProvider *
state_sync_bus_provider_new (StateSyncBusPeer *peer)
{
  StateSyncBusProvider *self = g_object_new (STATE_SYNC_TYPE_BUS_PROVIDER, NULL);

  self->peer = g_object_ref (peer);
  return STATE_SYNC_SNAPSHOT_PROVIDER (self);
}

/* Each request holds the provider, so none is left here. */
static void
state_sync_bus_provider_finalize (GObject *object)
{
  StateSyncBusProvider *self = STATE_SYNC_BUS_PROVIDER (object);

  g_ptr_array_unref (self->requests);
  g_hash_table_unref (self->large);
  g_object_unref (self->peer);

  G_OBJECT_CLASS (state_sync_bus_provider_parent_class)->finalize (object);
}

static void
state_sync_bus_provider_class_init (StateSyncBusProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_bus_provider_finalize;

  /* So that remote errors come as STATE_SYNC_ERROR from the first call on. */
  (void)STATE_SYNC_ERROR;
}

static void
state_sync_bus_provider_init (StateSyncBusProvider *self)
{
  self->requests = requests_new ();
  self->large = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
iface_init (StateSyncSnapshotProviderInterface *iface)
{
  iface->get_snapshot = provider_get_snapshot;
}
