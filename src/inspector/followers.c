/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service tells nobody who follows a topic. Two others know:
 *
 * - the bus has the match rules of all connections, and a bus that keeps statistics shows them;
 * - the kernel shows which memory files a process has mapped. There is one board for each topic,
 *   so who follows it in shared memory maps the file that the service gives us for the topic.
 *
 * Neither tells of sandboxed apps: the service tells those one by one, and on the bus they are
 * their proxies. All of this takes many calls and files, so it is done in a thread.
 */

#include "inspector/followers.h"

#include <gio/gunixfdlist.h>

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SERVICE "org.statesync.StateSync1"
#define PATH "/org/statesync/StateSync1"

#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

typedef struct
{
  GDBusConnection *connection;
  char *topic;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->connection);
  g_free (question->topic);
  g_free (question);
}

/* --- the bus --- */

static GVariant *
ask_bus (Question *question,
         const char *interface,
         const char *method,
         GVariant *arguments,
         const char *type,
         GError **error)
{
  return g_dbus_connection_call_sync (question->connection, BUS, BUS_PATH, interface, method,
                                      arguments, G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NONE, -1,
                                      NULL, error);
}

static char *
find_owner (Question *question)
{
  g_autoptr (GVariant) answer =
      ask_bus (question, BUS, "GetNameOwner", g_variant_new ("(s)", SERVICE), "(s)", NULL);
  char *owner = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(s)", &owner);
  return owner;
}

/* 0 if it has left meanwhile. */
static guint32
find_pid (Question *question, const char *name)
{
  g_autoptr (GVariant) answer = ask_bus (question, BUS, "GetConnectionUnixProcessID",
                                         g_variant_new ("(s)", name), "(u)", NULL);
  guint32 pid = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &pid);
  return pid;
}

static InspectorReach
find_reach (Question *question, const char *owner, GVariant *rules)
{
  InspectorReach reach = INSPECTOR_REACH_NONE;
  GVariantIter iter;
  const char *rule;

  g_variant_iter_init (&iter, rules);
  while (g_variant_iter_next (&iter, "&s", &rule))
    reach = MAX (reach, inspector_match_rule_reach (rule, question->topic, owner));
  return reach;
}

/* --- the kernel --- */

/* The place of a memory file as the kernel writes it among what a process has mapped: "MAJOR:MINOR
 * INODE". NULL if the service gives no board. */
static char *
find_board (Question *question)
{
  g_autoptr (GUnixFDList) files = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync (
      question->connection, SERVICE, PATH, SERVICE, "MapSnapshot",
      g_variant_new ("(s)", question->topic), G_VARIANT_TYPE ("(h)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, &files, NULL, NULL);
  g_autoptr (GVariant) unmapped = NULL;
  char *place = NULL;
  struct stat status;
  int fd;

  if (answer == NULL || files == NULL)
    return NULL;

  fd = g_unix_fd_list_get (files, 0, NULL);
  if (fd >= 0 && fstat (fd, &status) == 0)
    place = g_strdup_printf ("%02x:%02x %" G_GUINT64_FORMAT, major (status.st_dev),
                             minor (status.st_dev), (guint64)status.st_ino);
  if (fd >= 0)
    close (fd);
  unmapped = g_dbus_connection_call_sync (question->connection, SERVICE, PATH, SERVICE,
                                          "UnmapSnapshot", g_variant_new ("(s)", question->topic),
                                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);
  return place;
}

static gboolean
maps (guint32 pid, const char *board)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/maps", pid);
  g_autofree char *maps = NULL;
  g_autofree char *wanted = NULL;

  if (board == NULL || !g_file_get_contents (path, &maps, NULL, NULL))
    return FALSE;

  wanted = g_strconcat (" ", board, " ", NULL);
  return strstr (maps, wanted) != NULL;
}

/* --- both --- */

/* One connection: a process with several of them is one follower. */
static void
add (GHashTable *reaches, guint32 pid, InspectorReach reach)
{
  InspectorReach before = GPOINTER_TO_INT (g_hash_table_lookup (reaches, GUINT_TO_POINTER (pid)));

  g_hash_table_insert (reaches, GUINT_TO_POINTER (pid), GINT_TO_POINTER (MAX (before, reach)));
}

/* (transfer full): pid → InspectorReach, of all processes on the bus but this one */
static GHashTable *
find_processes (Question *question, GVariant *rules_by_name)
{
  g_autoptr (GHashTable) reaches = g_hash_table_new (NULL, NULL);
  g_autofree char *owner = find_owner (question);
  GVariantIter iter;
  const char *name;
  GVariant *rules;

  g_variant_iter_init (&iter, rules_by_name);
  while (g_variant_iter_loop (&iter, "{&s@as}", &name, &rules))
    {
      guint32 pid = g_strcmp0 (name, owner) != 0 ? find_pid (question, name) : 0;

      if (pid != 0 && pid != (guint32)getpid ())
        add (reaches, pid, find_reach (question, owner, rules));
    }
  return g_steal_pointer (&reaches);
}

static int
compare_pids (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (a) - GPOINTER_TO_INT (b);
}

static GPtrArray *
find_followers (GHashTable *reaches, const char *board)
{
  GPtrArray *followers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GList) pids = g_list_sort (g_hash_table_get_keys (reaches), compare_pids);

  for (GList *l = pids; l != NULL; l = l->next)
    {
      guint32 pid = GPOINTER_TO_UINT (l->data);
      InspectorReach reach = GPOINTER_TO_INT (g_hash_table_lookup (reaches, l->data));
      gboolean has_board = maps (pid, board);

      if (has_board || reach != INSPECTOR_REACH_NONE)
        g_ptr_array_add (followers, inspector_follower_new (pid, reach, has_board));
    }
  return followers;
}

static void
find (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Question *question = task_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer = ask_bus (question, "org.freedesktop.DBus.Debug.Stats",
                                         "GetAllMatchRules", NULL, "(a{sas})", &error);
  g_autoptr (GVariant) rules = NULL;
  g_autoptr (GHashTable) reaches = NULL;
  g_autofree char *board = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  rules = g_variant_get_child_value (answer, 0);
  reaches = find_processes (question, rules);
  board = find_board (question);
  g_task_return_pointer (task, find_followers (reaches, board), (GDestroyNotify)g_ptr_array_unref);
}

/* Fails if the bus doesn't show its match rules. */
void
inspector_followers_find_async (GDBusConnection *connection,
                                const char *topic,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new (Question, 1);

  *question = (Question){ g_object_ref (connection), g_strdup (topic) };
  g_task_set_source_tag (task, inspector_followers_find_async);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, find);
}

/* (transfer full) (element-type InspectorFollower) */
GPtrArray *
inspector_followers_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
