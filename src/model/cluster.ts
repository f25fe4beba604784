import * as z from 'zod';

export const clusterStatusSchema = z.enum(['pending', 'creating', 'available', 'idle', 'error', 'pending_terminate', 'terminating', 'terminated']);
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

export const clusterTypeSchema = z.enum(['sandbox', 'production']);
