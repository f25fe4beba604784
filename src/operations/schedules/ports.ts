/** The object of an account's schedules, reached by `schedule:<account id>`. */
export interface ScheduleHandle {
	/** Something changed in the index (a schedule, the end of a run): it looks there what is to be done next. May be repeated. */
	look(): Promise<void>;
}
