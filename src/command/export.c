/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An export is a JSON object for each topic, one after another, each on a new line, as `import`
 * reads them. The data stands in it byte for byte; white space around the data, which JSON would
 * not keep there, is told beside it, as strings.
 *
 * It shows one moment: a list of all revisions is taken, then the topics are read, in as many
 * calls as their size asks for. If each is at its listed revision, they are what they were at the
 * moment of the list. Those that are not are listed and read again.
 */

#include "command/bus.h"
#include "command/command.h"
#include "command/record.h"
#include "protocol/error.h"
#include "protocol/json-scan.h"

/* How often it is tried when topics change all the time. */
#define ROUNDS 10

typedef struct
{
  StateSyncBusService *service;
  GVariant *list;        /* (nullable) a(st): the newest one */
  GHashTable *snapshots; /* topic → StateSyncSnapshot, as read */
} Export;

static void
export_clear (Export *self)
{
  g_clear_object (&self->service);
  g_clear_pointer (&self->list, g_variant_unref);
  g_clear_pointer (&self->snapshots, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static gboolean
take (Export *self, const char *topic, StateSyncSnapshot *snapshot)
{
  if (snapshot == NULL)
    return FALSE;

  g_hash_table_replace (self->snapshots, g_strdup (topic), snapshot);
  return TRUE;
}

static gboolean
take_all (Export *self, const char *const *topics, GVariant *answer, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (answer); i++)
    {
      const char *data;
      guint64 revision;

      g_variant_get_child (answer, i, "(t&s)", &revision, &data);
      if (!take (self, topics[i], bus_snapshot_new (topics[i], revision, data, error)))
        return FALSE;
    }
  return TRUE;
}

/* @topics: (element-type utf8): @n of them are read; in halves if one answer can't hold them. */
static gboolean
read_topics (Export *self, const char *const *topics, gsize n, GError **error)
{
  g_autofree const char **asked = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) cause = NULL;

  if (n == 1)
    return take (self, topics[0], bus_get_snapshot (self->service, topics[0], error));

  asked = g_new0 (const char *, n + 1);
  for (gsize i = 0; i < n; i++)
    asked[i] = topics[i];
  if (state_sync_bus_service_call_get_snapshots_sync (self->service, asked, G_DBUS_CALL_FLAGS_NONE,
                                                      -1, &answer, NULL, &cause))
    return take_all (self, asked, answer, error);
  if (g_error_matches (cause, STATE_SYNC_ERROR, STATE_SYNC_ERROR_TOO_LARGE))
    return read_topics (self, topics, n / 2, error) &&
           read_topics (self, topics + n / 2, n - n / 2, error);

  g_propagate_error (error, g_steal_pointer (&cause));
  return bus_explain (FALSE, error);
}

static gboolean
is_current (Export *self, const char *topic, guint64 revision)
{
  StateSyncSnapshot *snapshot = g_hash_table_lookup (self->snapshots, topic);

  return snapshot != NULL && state_sync_snapshot_get_revision (snapshot) == revision;
}

/* (transfer container): names of listed topics that are not read at the listed revision. */
static GPtrArray *
find_stale (Export *self)
{
  GPtrArray *stale = g_ptr_array_new ();

  for (gsize i = 0; i < g_variant_n_children (self->list); i++)
    {
      const char *topic;
      guint64 revision;

      g_variant_get_child (self->list, i, "(&st)", &topic, &revision);
      if (!is_current (self, topic, revision))
        g_ptr_array_add (stale, (gpointer)topic);
    }
  return stale;
}

/* Lists, reads what is not read yet, and says whether it all is of the moment of the list. */
static gboolean
run_round (Export *self, const char *namespace_, gboolean *is_settled, GError **error)
{
  g_autoptr (GPtrArray) stale = NULL;
  g_autoptr (GPtrArray) changed = NULL;

  g_clear_pointer (&self->list, g_variant_unref);
  self->list = bus_list_topics (self->service, namespace_, error);
  if (self->list == NULL)
    return FALSE;

  stale = find_stale (self);
  if (stale->len > 0 && !read_topics (self, (const char *const *)stale->pdata, stale->len, error))
    return FALSE;

  changed = find_stale (self);
  *is_settled = changed->len == 0;
  return TRUE;
}

/* --- output --- */

static void
add_space (GString *line, const char *name, const char *start, const char *end)
{
  g_autofree char *space = g_strndup (start, (gsize)(end - start));

  if (space[0] != '\0')
    record_add_string (line, name, space);
}

static void
append_record (GString *line, const char *topic, StateSyncSnapshot *snapshot)
{
  gsize length;
  const char *start = g_bytes_get_data (state_sync_snapshot_get_data (snapshot), &length);
  const char *end = start + length;
  const char *value = state_sync_json_skip_space (start, end);
  const char *value_end = state_sync_json_skip_value (value, end);

  record_begin (line);
  record_add_string (line, "topic", topic);
  record_add_revision (line, state_sync_snapshot_get_revision (snapshot));
  add_space (line, "before", start, value);
  record_add_name (line, "data");
  g_string_append_len (line, value, value_end - value);
  add_space (line, "after", value_end, end);
  record_end (line);
}

static void
print (Export *self, Output *out)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (gsize i = 0; i < g_variant_n_children (self->list); i++)
    {
      StateSyncSnapshot *snapshot;
      const char *topic;

      g_variant_get_child (self->list, i, "(&st)", &topic, NULL);
      snapshot = g_hash_table_lookup (self->snapshots, topic);
      if (state_sync_snapshot_is_null (snapshot))
        continue;

      append_record (line, topic, snapshot);
      output_line (out, line->str);
      g_string_truncate (line, 0);
    }
}

gboolean
command_export (Arguments *arguments, GError **error)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_auto (Export) self = { 0 };
  gboolean is_settled = FALSE;

  if (!arguments_parse (
          arguments, options,
          "A JSON object for each topic inside NAMESPACE, with its data as it was written, all\n"
          "as they were at one moment, for statesync import to read; see its --help.",
          0, 1, error))
    return FALSE;

  self.service = bus_connect_service (error);
  if (self.service == NULL)
    return FALSE;

  self.snapshots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)state_sync_snapshot_unref);
  for (guint i = 0; i < ROUNDS && !is_settled; i++)
    {
      if (!run_round (&self, arguments->argv[0], &is_settled, error))
        return FALSE;
    }

  print (&self, arguments->out);
  if (!is_settled)
    output_message (arguments->err, STYLE_NOTE,
                    "Topics changed all the time while they were read, so this export is not of "
                    "one moment: export again when it is quieter");
  return TRUE;
}
