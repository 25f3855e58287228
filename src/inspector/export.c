/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an export is the command knows: it is run, and what it prints goes to the file. */

#include "inspector/export.h"

typedef struct
{
  char *namespace_; /* (nullable) */
  GFile *file;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_free (self->namespace_);
  g_clear_object (&self->file);
  g_free (self);
}

static void
on_replaced (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    g_task_return_pointer (task, g_object_ref (file), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_exported (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;
  GError *error = NULL;

  if (!g_subprocess_communicate_finish (G_SUBPROCESS (process), result, &output, &errors, &error))
    g_task_return_error (task, error);
  else if (!g_subprocess_get_successful (G_SUBPROCESS (process)))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%.*s",
                             (int)g_bytes_get_size (errors),
                             (const char *)g_bytes_get_data (errors, NULL));
  else
    g_file_replace_contents_bytes_async (self->file, output, NULL, FALSE,
                                         G_FILE_CREATE_REPLACE_DESTINATION, NULL, on_replaced,
                                         g_steal_pointer (&task));
}

static void
run (GTask *task)
{
  Export *self = g_task_get_task_data (task);
  const char *argv[] = { "statesync", "export", "--", self->namespace_, NULL };
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (process == NULL)
    g_task_return_error (task, error);
  else
    g_subprocess_communicate_async (process, NULL, NULL, on_exported, g_object_ref (task));
}

static void
on_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);

  if (response == GTK_RESPONSE_ACCEPT)
    {
      self->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      run (task);
    }
  else
    {
      g_task_return_pointer (task, NULL, NULL);
    }
  g_object_unref (dialog);
}

void
inspector_export_async (GtkWindow *window,
                        const char *namespace_,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (namespace_ != NULL ? "Export Topics" : "Export All Topics",
                                   window, GTK_FILE_CHOOSER_ACTION_SAVE, "_Export", NULL);
  g_autofree char *name = g_strconcat (namespace_ != NULL ? namespace_ : "topics", ".jsonl", NULL);
  GTask *task = g_task_new (window, NULL, callback, user_data);
  Export *self = g_new0 (Export, 1);

  self->namespace_ = g_strdup (namespace_);
  g_task_set_source_tag (task, inspector_export_async);
  g_task_set_task_data (task, self, export_free);
  g_strdelimit (name, "/", '-');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* (transfer full) (nullable) */
GFile *
inspector_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
