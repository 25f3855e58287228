/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A folder with a file for each key: the key in its first line, so that keys can be listed, then
 * the data as it is. A file is replaced whole: GLib writes a new one beside it, under its name with
 * six more characters, waits until that is on stable storage and renames it. Who is killed before
 * leaves such a file behind; old ones are swept away.
 *
 * The main loop never waits for a disk: what touches files is run on a thread, one request after
 * the other, so that they take effect in the order in which they came.
 */

#include "statesync/cache-file-storage.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "protocol/name.h"

#define SUFFIX ".cache"

/* The end of a file that is being written. */
#define UNFINISHED "??????"

/* What is being written for longer was left behind. */
#define MAX_AGE_SECONDS (24 * 60 * 60)

struct _StateSyncCacheFileStorage
{
  GObject parent_instance;

  char *folder;
  GThreadPool *thread; /* of one thread */
  gboolean is_swept;   /* the thread's */
};

static void storage_init (StateSyncCacheStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StateSyncCacheFileStorage,
                               state_sync_cache_file_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_CACHE_STORAGE, storage_init))

enum
{
  PROP_FOLDER = 1,
};

/* --- on the thread --- */

typedef gboolean (*JobFunc) (StateSyncCacheFileStorage *self,
                             StateSyncCacheRequest *request,
                             GError **error);

static gboolean
fail (const char *path, const char *what, GError **error)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
               "Cache %s can't be %s (%s): look at the disk's space and permissions", path, what,
               g_strerror (saved_errno));
  return FALSE;
}

static char *
path_of (StateSyncCacheFileStorage *self, const char *key)
{
  g_autofree char *name = state_sync_name_to_file_name (key);
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

  return g_build_filename (self->folder, file, NULL);
}

/* (nullable): what is after the first line, if that is the key. */
static GBytes *
strip_key (GBytes *bytes, const char *key)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  gsize key_length = strlen (key);

  if (length <= key_length || memcmp (text, key, key_length) != 0 || text[key_length] != '\n')
    return NULL;
  return g_bytes_new_from_bytes (bytes, key_length + 1, length - key_length - 1);
}

/* What is none may have no end, or nobody who ever writes into it: the thread would be lost. */
static gboolean
is_plain_file (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) < 0 ? errno == ENOENT : S_ISREG (info.st_mode);
}

static gboolean
run_load (StateSyncCacheFileStorage *self, StateSyncCacheRequest *request, GError **error)
{
  const char *key = state_sync_cache_request_get_key (request);
  g_autofree char *path = path_of (self, key);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) cause = NULL;
  char *text;
  gsize length;

  if (!is_plain_file (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "Cache %s is no plain file: remove it", path);
      return FALSE;
    }
  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      if (!g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      state_sync_cache_request_return_data (request, NULL);
      return TRUE;
    }

  file = g_bytes_new_take (text, length);
  data = strip_key (file, key);
  if (data == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "Cache %s is not of “%s”: it is ignored until it is saved anew", path, key);
      return FALSE;
    }
  state_sync_cache_request_return_data (request, data);
  return TRUE;
}

static gboolean
is_left_behind (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 &&
         ABS (g_get_real_time () / G_USEC_PER_SEC - (gint64)info.st_mtime) > MAX_AGE_SECONDS;
}

/* Removes caches, and what was to become one: with @all, all of them, else what was left behind.
 * One that can't be removed is told of, and keeps no other. */
static gboolean
sweep (StateSyncCacheFileStorage *self, gboolean all, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  gboolean is_swept = TRUE;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      gboolean is_cache = g_str_has_suffix (name, SUFFIX);

      if (!is_cache && !g_pattern_match_simple ("*" SUFFIX "." UNFINISHED, name))
        continue;
      if (!all && (is_cache || !is_left_behind (path)))
        continue;
      if (g_unlink (path) < 0 && errno != ENOENT && is_swept)
        is_swept = fail (path, "removed", error);
    }
  return is_swept;
}

static gboolean
run_save (StateSyncCacheFileStorage *self, StateSyncCacheRequest *request, GError **error)
{
  const char *key = state_sync_cache_request_get_key (request);
  GBytes *data = state_sync_cache_request_get_data (request);
  g_autofree char *path = path_of (self, key);
  g_autoptr (GString) text = g_string_new (key);

  if (g_mkdir_with_parents (self->folder, 0700) < 0)
    return fail (self->folder, "made", error);
  if (!self->is_swept)
    self->is_swept = sweep (self, FALSE, NULL);

  g_string_append_c (text, '\n');
  g_string_append_len (text, g_bytes_get_data (data, NULL), (gssize)g_bytes_get_size (data));
  if (!g_file_set_contents_full (path, text->str, (gssize)text->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error))
    return FALSE;
  state_sync_cache_request_return_done (request);
  return TRUE;
}

static gboolean
run_remove (StateSyncCacheFileStorage *self, StateSyncCacheRequest *request, GError **error)
{
  g_autofree char *path = path_of (self, state_sync_cache_request_get_key (request));

  if (g_unlink (path) < 0 && errno != ENOENT)
    return fail (path, "removed", error);
  state_sync_cache_request_return_done (request);
  return TRUE;
}

static gboolean
run_clear (StateSyncCacheFileStorage *self, StateSyncCacheRequest *request, GError **error)
{
  if (!sweep (self, TRUE, error))
    return FALSE;
  state_sync_cache_request_return_done (request);
  return TRUE;
}

/* (nullable): the first line of a file, if that is a key. */
static char *
read_key (const char *path)
{
  FILE *file = is_plain_file (path) ? fopen (path, "re") : NULL;
  char line[STATE_SYNC_NAME_MAX + 2];
  char *end;

  if (file == NULL)
    return NULL;
  end = fgets (line, sizeof line, file) != NULL ? strchr (line, '\n') : NULL;
  fclose (file);
  return end != NULL ? g_strndup (line, (gsize)(end - line)) : NULL;
}

static gboolean
run_list (StateSyncCacheFileStorage *self, StateSyncCacheRequest *request, GError **error)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autofree char *key = g_str_has_suffix (name, SUFFIX) ? read_key (path) : NULL;
      g_autofree char *expected = key != NULL ? path_of (self, key) : NULL;

      if (g_strcmp0 (path, expected) == 0)
        g_strv_builder_add (keys, key);
    }
  list = g_strv_builder_end (keys);
  state_sync_cache_request_return_keys (request, (const char *const *)list);
  return TRUE;
}

/* --- from anywhere --- */

typedef struct
{
  StateSyncCacheFileStorage *self;
  StateSyncCacheRequest *request;
  JobFunc func;
} Job;

static void
run (gpointer data, gpointer user_data)
{
  g_autofree Job *job = data;
  g_autoptr (StateSyncCacheFileStorage) self = job->self;
  g_autoptr (StateSyncCacheRequest) request = job->request;
  g_autoptr (GError) error = NULL;

  if (!job->func (self, request, &error))
    state_sync_cache_request_return_error (request, error);
}

static void
push (StateSyncCacheStorage *storage, StateSyncCacheRequest *request, JobFunc func)
{
  StateSyncCacheFileStorage *self = STATE_SYNC_CACHE_FILE_STORAGE (storage);
  Job *job = g_new (Job, 1);

  *job = (Job){ g_object_ref (self), g_object_ref (request), func };
  g_thread_pool_push (self->thread, job, NULL);
}

static void
file_storage_load (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  push (storage, request, run_load);
}

static void
file_storage_save (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  push (storage, request, run_save);
}

static void
file_storage_remove (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  push (storage, request, run_remove);
}

static void
file_storage_clear (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  push (storage, request, run_clear);
}

static void
file_storage_list (StateSyncCacheStorage *storage, StateSyncCacheRequest *request)
{
  push (storage, request, run_list);
}

static void
storage_init (StateSyncCacheStorageInterface *iface)
{
  iface->load = file_storage_load;
  iface->save = file_storage_save;
  iface->remove = file_storage_remove;
  iface->clear = file_storage_clear;
  iface->list = file_storage_list;
}

/* --- the object --- */

/**
 * state_sync_cache_file_storage_new:
 * @folder: (type filename): a folder for nothing else; it is made when something is saved
 *
 * Makes a storage in a folder.
 *
 * Returns: (transfer full): a storage
 */
StateSyncCacheStorage *
state_sync_cache_file_storage_new (const char *folder)
{
  g_return_val_if_fail (folder != NULL, NULL);

  return g_object_new (STATE_SYNC_TYPE_CACHE_FILE_STORAGE, "folder", folder, NULL);
}

/**
 * state_sync_cache_file_storage_new_for_app:
 * @app_id: the application id
 *
 * Makes a storage in the folder `APP_ID/statesync` of the user's caches, which in a sandbox are the
 * app's own. It is what [ctor@Cache.new] takes.
 *
 * Returns: (transfer full): a storage
 */
StateSyncCacheStorage *
state_sync_cache_file_storage_new_for_app (const char *app_id)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (g_application_id_is_valid (app_id), NULL);

  folder = g_build_filename (g_get_user_cache_dir (), app_id, "statesync", NULL);
  return state_sync_cache_file_storage_new (folder);
}

/**
 * state_sync_cache_file_storage_get_folder:
 * @self: a storage
 *
 * Tells where the files are.
 *
 * Returns: (transfer none) (type filename): the folder
 */
const char *
state_sync_cache_file_storage_get_folder (StateSyncCacheFileStorage *self)
{
  g_return_val_if_fail (STATE_SYNC_IS_CACHE_FILE_STORAGE (self), NULL);

  return self->folder;
}

static void
state_sync_cache_file_storage_set_property (GObject *object,
                                            guint property_id,
                                            const GValue *value,
                                            GParamSpec *pspec)
{
  StateSyncCacheFileStorage *self = STATE_SYNC_CACHE_FILE_STORAGE (object);

  switch (property_id)
    {
    case PROP_FOLDER:
      self->folder = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_file_storage_get_property (GObject *object,
                                            guint property_id,
                                            GValue *value,
                                            GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_FOLDER:
      g_value_set_string (value, STATE_SYNC_CACHE_FILE_STORAGE (object)->folder);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_cache_file_storage_constructed (GObject *object)
{
  StateSyncCacheFileStorage *self = STATE_SYNC_CACHE_FILE_STORAGE (object);

  G_OBJECT_CLASS (state_sync_cache_file_storage_parent_class)->constructed (object);

  if (self->folder == NULL)
    self->folder = g_build_filename (g_get_user_cache_dir (), "statesync", NULL);
}

/* No job is left, for each holds the storage; the last one may have been the last to hold it, so
 * this may be the thread itself, for which nobody can wait. */
static void
state_sync_cache_file_storage_finalize (GObject *object)
{
  StateSyncCacheFileStorage *self = STATE_SYNC_CACHE_FILE_STORAGE (object);

  g_thread_pool_free (self->thread, FALSE, FALSE);
  g_free (self->folder);

  G_OBJECT_CLASS (state_sync_cache_file_storage_parent_class)->finalize (object);
}

static void
state_sync_cache_file_storage_class_init (StateSyncCacheFileStorageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = state_sync_cache_file_storage_set_property;
  object_class->get_property = state_sync_cache_file_storage_get_property;
  object_class->constructed = state_sync_cache_file_storage_constructed;
  object_class->finalize = state_sync_cache_file_storage_finalize;

  /**
   * StateSyncCacheFileStorage:folder:
   *
   * Where the files are; `statesync` in the user's caches if nothing else is said.
   */
  g_object_class_install_property (
      object_class, PROP_FOLDER,
      g_param_spec_string ("folder", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
state_sync_cache_file_storage_init (StateSyncCacheFileStorage *self)
{
  self->thread = g_thread_pool_new (run, NULL, 1, FALSE, NULL);
}
