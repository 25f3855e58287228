/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access/grant-table.h"

#include "access/application-id.h"
#include "protocol/name.h"

struct _StateSyncGrantTable
{
  GHashTable *names; /* name → GHashTable: application id → StateSyncRights */
};

StateSyncGrantTable *
state_sync_grant_table_new (void)
{
  StateSyncGrantTable *self = g_new0 (StateSyncGrantTable, 1);

  self->names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  return self;
}

void
state_sync_grant_table_free (StateSyncGrantTable *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}

/* --- what is in the permission store --- */

/* Who may write may read: a conflict tells the topic's revision, and a write that changes nothing
 * tells that its data was guessed. */
static StateSyncRights
parse_rights (const char *name, const char *application_id, const char *const *words)
{
  StateSyncRights rights = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_str_equal (words[i], "read"))
        rights |= STATE_SYNC_RIGHTS_READ;
      else if (g_str_equal (words[i], "write"))
        rights |= STATE_SYNC_RIGHTS_READ | STATE_SYNC_RIGHTS_WRITE;
      else
        g_warning ("the permission “%s” of %s for “%s” is ignored: there are read and write",
                   words[i], application_id, name);
    }
  return rights;
}

static GHashTable *
parse_permissions (const char *name, GVariant *permissions)
{
  GHashTable *apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *application_id;
  const char **words;
  GVariantIter iter;

  g_variant_iter_init (&iter, permissions);
  while (g_variant_iter_next (&iter, "{&s^a&s}", &application_id, &words))
    {
      g_autofree const char **owned_words = words;
      StateSyncRights rights;

      if (!state_sync_application_id_is_valid (application_id))
        {
          g_warning ("the permissions of “%s” for “%s” are ignored: it is no application id",
                     application_id, name);
          continue;
        }
      rights = parse_rights (name, application_id, owned_words);
      if (rights != 0)
        g_hash_table_insert (apps, g_strdup (application_id), GUINT_TO_POINTER (rights));
    }
  return apps;
}

static GHashTable *
parse (const char *name, GVariant *permissions)
{
  g_autoptr (GError) error = NULL;

  if (permissions != NULL && state_sync_name_check (name, &error))
    return parse_permissions (name, permissions);

  if (error != NULL)
    g_warning ("the permissions for a topic are ignored: %s", error->message);
  return g_hash_table_new (g_str_hash, g_str_equal);
}

/* --- the table --- */

static StateSyncRights
get_rights (GHashTable *apps, const char *application_id)
{
  return apps != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (apps, application_id)) : 0;
}

/* Those of @apps (nullable) who have other rights in @others (nullable). */
static void
add_different (GPtrArray *changed, GHashTable *apps, GHashTable *others)
{
  GHashTableIter iter;
  gpointer id, rights;

  if (apps == NULL)
    return;

  g_hash_table_iter_init (&iter, apps);
  while (g_hash_table_iter_next (&iter, &id, &rights))
    {
      if (GPOINTER_TO_UINT (rights) != get_rights (others, id) &&
          !g_ptr_array_find_with_equal_func (changed, id, g_str_equal, NULL))
        g_ptr_array_add (changed, g_strdup (id));
    }
}

GPtrArray *
state_sync_grant_table_set (StateSyncGrantTable *self, const char *name, GVariant *permissions)
{
  GPtrArray *changed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) apps = parse (name, permissions);
  GHashTable *before = g_hash_table_lookup (self->names, name);

  add_different (changed, before, apps);
  add_different (changed, apps, before);

  if (g_hash_table_size (apps) > 0)
    g_hash_table_insert (self->names, g_strdup (name), g_steal_pointer (&apps));
  else
    g_hash_table_remove (self->names, name);
  return changed;
}

GPtrArray *
state_sync_grant_table_get_names (StateSyncGrantTable *self)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  return names;
}

char *
state_sync_grant_table_find (StateSyncGrantTable *self,
                             const char *application_id,
                             StateSyncRights rights,
                             const char *topic)
{
  g_autofree char *name = g_strdup (topic);
  char *widest = NULL;

  do
    {
      if ((get_rights (g_hash_table_lookup (self->names, name), application_id) & rights) == rights)
        {
          g_free (widest);
          widest = g_strdup (name);
        }
    }
  while (state_sync_name_widen (name));
  return widest;
}

GPtrArray *
state_sync_grant_table_list_readable (StateSyncGrantTable *self, const char *application_id)
{
  GPtrArray *readable = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name, apps;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, &apps))
    {
      if ((get_rights (apps, application_id) & STATE_SYNC_RIGHTS_READ) != 0)
        g_ptr_array_add (readable, g_strdup (name));
    }
  return readable;
}
