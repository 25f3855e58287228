/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "command/bus.h"
#include "command/command.h"
#include "command/import-file.h"
#include "command/input.h"
#include "command/record.h"
#include "command/status.h"

/* A D-Bus array holds 64 MiB; some is left for what frames the writes. */
#define COMMIT_MAX_BYTES ((gsize)60 * 1024 * 1024)

/* At most this for each write beside its strings. */
#define WRITE_BYTES 128

/* What the command line says. */
typedef struct
{
  gboolean dry_run;
  gboolean if_unchanged;
  gboolean in_parts;
  gboolean json;
} Options;

static gboolean
parse (Options *self, Arguments *arguments, GError **error)
{
  const GOptionEntry options[] = {
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run,
      "Check the file and print the names in it; write nothing", NULL },
    { "if-unchanged", 0, 0, G_OPTION_ARG_NONE, &self->if_unchanged,
      "Refuse (status 4) unless each topic is still at the revision in the file", NULL },
    { "in-parts", 0, 0, G_OPTION_ARG_NONE, &self->in_parts,
      "Write in several commits what is too large for one", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      "Print a JSON object with topic and revision for each", NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!arguments_parse (
          arguments, options,
          "Reads what statesync export printed from FILE or, with -, from standard input. All\n"
          "of it is checked, then written in one commit: all or nothing. Topics that are\n"
          "not in the file stay as they are. Prints names and new revisions.\n\n" IMPORT_FILE_HELP,
          1, 1, error))
    return FALSE;
  if (self->dry_run && self->json)
    return arguments_refuse (arguments, "--dry-run does not go with --json", error);
  return TRUE;
}

/* (transfer full) (nullable): of ImportTopic */
static GPtrArray *
read_topics (const Options *options, const char *file, GError **error)
{
  const char *name = input_name (file);
  g_autoptr (GBytes) content = input_read (file, G_MAXUINT32 / 2, error);
  g_autoptr (GPtrArray) topics = NULL;

  if (content == NULL)
    return NULL;

  topics = import_file_parse (name, content, error);
  for (guint i = 0; topics != NULL && options->if_unchanged && i < topics->len; i++)
    {
      const ImportTopic *topic = g_ptr_array_index (topics, i);

      if (topic->has_revision)
        continue;
      g_set_error (error, STATUS_ERROR, STATUS_REFUSED,
                   "%s has no revision of topic “%s”: add it, or leave --if-unchanged out", name,
                   topic->name);
      return NULL;
    }
  return g_steal_pointer (&topics);
}

/* --- writing --- */

/* How many topics from @first on one commit takes. */
static guint
count_part (GPtrArray *topics, guint first)
{
  gsize bytes = 0;

  for (guint i = first; i < topics->len; i++)
    {
      const ImportTopic *topic = g_ptr_array_index (topics, i);

      bytes += strlen (topic->name) + g_bytes_get_size (topic->data) + WRITE_BYTES;
      if (bytes > COMMIT_MAX_BYTES && i > first)
        return i - first;
    }
  return topics->len - first;
}

static void
add_write (GVariantBuilder *builder, const Options *options, const ImportTopic *topic)
{
  gsize length;
  const char *bytes = g_bytes_get_data (topic->data, &length);
  char *data = g_strndup (bytes, length);

  g_variant_builder_open (builder, G_VARIANT_TYPE ("(ssa{sv})"));
  g_variant_builder_add (builder, "s", topic->name);
  g_variant_builder_add_value (builder, g_variant_new_take_string (data));
  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  if (options->if_unchanged)
    g_variant_builder_add (builder, "{sv}", "expected-revision",
                           g_variant_new_uint64 (topic->revision));
  g_variant_builder_close (builder);
  g_variant_builder_close (builder);
}

/* FALSE with @error, which says what a refusal means for the whole: the topics before @first are
 * imported. */
static gboolean
part_failed (guint first, guint n_topics, GError **error)
{
  if (status_of_error (*error) == STATUS_UNAVAILABLE)
    return FALSE;

  if (first == 0)
    g_prefix_error (error, "Nothing is imported: ");
  else
    g_prefix_error (error, "Of %u topics only the first %u are imported: ", n_topics, first);
  return FALSE;
}

static gboolean
write_part (StateSyncBusService *service,
            const Options *options,
            Output *out,
            GPtrArray *topics,
            guint first,
            guint n,
            GError **error)
{
  g_autoptr (GVariant) answer = NULL;
  GVariantBuilder writes;
  gboolean called;

  g_variant_builder_init (&writes, G_VARIANT_TYPE ("a(ssa{sv})"));
  for (guint i = first; i < first + n; i++)
    add_write (&writes, options, g_ptr_array_index (topics, i));
  called = state_sync_bus_service_call_write_many_sync (
      service, g_variant_builder_end (&writes), G_DBUS_CALL_FLAGS_NONE, -1, &answer, NULL, error);
  if (!bus_explain (called, error))
    return part_failed (first, topics->len, error);

  for (guint i = 0; i < n && i < g_variant_n_children (answer); i++)
    {
      const ImportTopic *topic = g_ptr_array_index (topics, first + i);
      guint64 revision;

      g_variant_get_child (answer, i, "t", &revision);
      record_print (out, options->json, topic->name, revision, NULL);
    }
  return TRUE;
}

static gboolean
write_topics (const Options *options, Output *out, GPtrArray *topics, GError **error)
{
  g_autoptr (StateSyncBusService) service = NULL;

  if (!options->in_parts && count_part (topics, 0) < topics->len)
    {
      g_set_error (error, STATUS_ERROR, STATUS_REFUSED,
                   "This is more than the %" G_GSIZE_FORMAT
                   " bytes of one commit: import it with --in-parts, in several",
                   COMMIT_MAX_BYTES);
      return FALSE;
    }

  service = bus_connect_service (error);
  if (service == NULL)
    return FALSE;

  for (guint first = 0; first < topics->len;)
    {
      guint n = count_part (topics, first);

      if (!write_part (service, options, out, topics, first, n, error))
        return FALSE;
      first += n;
    }
  return TRUE;
}

/* What a namespace without topics exports, so no failure; but maybe not what was meant. */
static void
tell_empty (Arguments *arguments)
{
  g_autofree char *message = g_strdup_printf ("%s has no topics: there is nothing to import",
                                              input_name (arguments->argv[0]));

  output_message (arguments->err, STYLE_NOTE, message);
}

gboolean
command_import (Arguments *arguments, GError **error)
{
  Options options = { 0 };
  g_autoptr (GPtrArray) topics = NULL;

  if (!parse (&options, arguments, error))
    return FALSE;

  topics = read_topics (&options, arguments->argv[0], error);
  if (topics == NULL)
    return FALSE;
  if (topics->len == 0)
    {
      tell_empty (arguments);
      return TRUE;
    }
  if (!options.dry_run)
    return write_topics (&options, arguments->out, topics, error);

  for (guint i = 0; i < topics->len; i++)
    output_line (arguments->out, ((const ImportTopic *)g_ptr_array_index (topics, i))->name);
  return TRUE;
}
