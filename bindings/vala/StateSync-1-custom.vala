namespace StateSync {
	public sealed class Client : GLib.Object {
		[CCode (array_length_pos = 1.1, array_length_type = "gsize")]
		public async uint64[] write_many_async (StateSync.Transaction transaction, GLib.Cancellable? cancellable) throws GLib.Error;
	}

	public interface Writer : GLib.Object {
		[CCode (array_length_pos = 1.1, array_length_type = "gsize")]
		public async uint64[] commit_async (StateSync.Transaction transaction, string? instance, GLib.Cancellable? cancellable, out string? instance_out) throws GLib.Error;
	}
}
